import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { naturalScale } from '../../../src/lab/scales/natural-scale.ts'
import type { Json } from '../../../src/base/json.ts'
import type { StageOutput, ValueArtifact } from '../../../src/stage/artifact.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { givenModelAndText, givenZerosAndExamples } from './given.ts'

const numbers = (outputs: Readonly<Record<string, StageOutput>>) =>
  Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, valueOf(output) as number]))

const asArtifacts = (outputs: Readonly<Record<string, StageOutput>>): Readonly<Record<string, ValueArtifact>> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, one]) => [
      name,
      { type: 'record', digest: 'sha256:0', value: valueOf(one) as Json },
    ]),
  )

describe('natural-scale', () => {
  it('is as far above the model as the model is above a given best loss', async () => {
    const { ctx, model, data } = await givenModelAndText()
    const found = numbers(await runKind('natural-scale', { with: { best: { loss: 1 } }, inputs: { model, data }, ctx }))
    expect(found.modelLoss).toBeCloseTo(Math.log(6), 5)
    expect(found.gap).toBeCloseTo(Math.log(6) - 1, 5)
    expect(found.loss).toBeCloseTo(2 * Math.log(6) - 1, 5)
    expect(found.best).toBeCloseTo(1, 12)
  })

  it('pairs each sequence with its reference', async () => {
    const { ctx, model, data } = await givenModelAndText()
    const path = join(ctx.scratch, 'best.txt')
    await writeFile(path, '3\n1\n')
    const found = numbers(
      await runKind('natural-scale', { inputs: { model, data, reference: { type: 'path', path } }, ctx }),
    )
    expect(found.best).toBeCloseTo(4 / 5, 5)
    expect(found.gap).toBeCloseTo(Math.log(6) - 4 / 5, 5)
    expect(found.gapError).toBeGreaterThan(0)
  })

  it('says plainly that there is no scale where the model is not above the best', async () => {
    const { ctx, model, data } = await givenModelAndText()
    await expect(
      runKind('natural-scale', { with: { best: { loss: 1.8 } }, inputs: { model, data }, ctx }),
    ).rejects.toThrow(/loss 1\.7918 is not above the best loss 1\.8000.*no natural scale/)
  })

  it('wants the best loss once', async () => {
    const { ctx, model, data } = await givenModelAndText()
    await expect(runKind('natural-scale', { inputs: { model, data }, ctx })).rejects.toThrow('must be given once')
    const inputs = { model, data, reference: { type: 'path' as const, path: 'x' } }
    await expect(runKind('natural-scale', { with: { best: { loss: 1 } }, inputs, ctx })).rejects.toThrow(
      'must be given once',
    )
  })

  it('takes multiples of the gap', async () => {
    const { ctx, model, data } = await givenModelAndText()
    const found = numbers(
      await runKind('natural-scale', { with: { best: { loss: 1 }, multiple: 3 }, inputs: { model, data }, ctx }),
    )
    expect(found.loss).toBeCloseTo(Math.log(6) + 3 * (Math.log(6) - 1), 5)
    expect(found.gap).toBeCloseTo(Math.log(6) - 1, 5)
  })

  it('takes a better model, sequence by sequence', async () => {
    const { ctx, model, data } = await givenModelAndText()
    const same = runKind('natural-scale', { inputs: { model, data, better: model }, ctx })
    await expect(same).rejects.toThrow(/the gap is 0\.0000 ± 0\.0000/)
  })

  it('takes no law of another tokenizer', async () => {
    const { ctx, model, data } = await givenModelAndText()
    const run = runKind('natural-scale', { with: { best: { law: 'pythia' } }, inputs: { model, data }, ctx })
    await expect(run).rejects.toThrow(/a tokenizer of its own \(sha256:.*per token of Pythia: they cannot be compared/)
  })

  it('is of examples too, and says where nothing of the model is left there', async () => {
    const { ctx, model, data } = await givenZerosAndExamples('class')
    const outputs = await runKind('natural-scale', { with: { best: { loss: 0.5 } }, inputs: { model, data }, ctx })
    expect(numbers(outputs).loss).toBeCloseTo(2 * Math.log(3) - 0.5, 5)
    expect(valueOf(outputs['unit'])).toBe('nats')
    const [block] = naturalScale.report?.({ stage: 'natural', with: {}, outputs: asArtifacts(outputs) }) ?? []
    expect(JSON.stringify(block)).toContain('= 1.6972 nats"')
    expect(JSON.stringify(block)).toContain('the 1.099 nats of a uniform guess')
    const law = runKind('natural-scale', { with: { best: { law: 'pythia' } }, inputs: { model, data }, ctx })
    await expect(law).rejects.toThrow('a scaling law is one of text')
  })

  it('has no unit and no uniform guess where the answers are numbers', async () => {
    const { ctx, model, data } = await givenZerosAndExamples('number')
    const outputs = await runKind('natural-scale', { with: { best: { loss: 1 } }, inputs: { model, data }, ctx })
    // The mean of 0², 1² and 2².
    expect(numbers(outputs).modelLoss).toBeCloseTo(5 / 3, 6)
    const [block] = naturalScale.report?.({ stage: 'natural', with: {}, outputs: asArtifacts(outputs) }) ?? []
    expect(JSON.stringify(block)).not.toMatch(/nats|uniform/)
  })

  const said = (values: Readonly<Record<string, number>>): string => {
    const outputs = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        { type: 'number' as const, digest: 'sha256:0' as const, value },
      ]),
    )
    return JSON.stringify(naturalScale.report?.({ stage: 'natural', with: {}, outputs }))
  }
  const values = {
    loss: 6.5,
    modelLoss: 3.5,
    modelLossError: 0.01,
    best: 0.5,
    gap: 3,
    gapError: 0.01,
    vocabulary: 50257,
  }

  it('reports the formula with its numbers', () => {
    expect(said(values)).toContain('natural scale L* = 2 × 3.5000 − 0.5000 = 6.5000 nats/token')
    expect(said(values)).toContain('there 59.04 % is explained')
  })
  it('says no share of what a model explains that is worse than a uniform guess', () => {
    const text = said({ ...values, modelLoss: 11.7, best: 2.5, gap: 9.2, loss: 20.9 })
    expect(text).toContain('the model itself is not under the 10.825 nats of a uniform guess')
    expect(text).not.toContain('% is explained')
  })
})
