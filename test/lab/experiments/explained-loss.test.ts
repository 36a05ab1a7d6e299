import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explainedLoss } from '../../../src/lab/experiments/explained-loss.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'
import { ref } from '../searches/coarsest/synthetic.ts'
import { tinyFile, tinyModel } from './tiny-pairs.ts'

async function dataset(limit = 40): Promise<{ type: 'dataset'; path: string }> {
  const inputs = { path: tinyFile('validation.txt'), tokenizer: tinyModel }
  const made = await runKind('text', { with: { limit }, inputs, ctx: await scratchContext() })
  return { type: 'dataset', path: pathOf(made['dataset']) }
}
async function measure(given: object, inputs: Parameters<typeof runKind>[1]['inputs'] = {}) {
  const data = await dataset()
  const made = await runKind('explained-loss', {
    with: given,
    inputs: { model: tinyModel, data, ...inputs },
    ctx: await scratchContext(),
  })
  const { metrics } = valueOf(made['metrics']) as Metrics
  return { metrics, value: (name: string): number => metrics[name]!.values[0]![0]! }
}

describe('explained-loss', () => {
  it('is 1 where the explanation is the model itself, with no gap and no error', async () => {
    const { value, metrics } = await measure({}, { explanation: tinyModel })
    expect([value('explained'), value('gap')]).toEqual([1, 0])
    expect(metrics['explained']!.itemError).toBe(0)
    expect(value('init')).toBeCloseTo(Math.log(468), 12)
  })
  it('is 0 where the explanation is the uniform guess, and in between what the formula says', async () => {
    expect((await measure({ loss: Math.log(468) })).value('explained')).toBeCloseTo(0, 12)
    const { value } = await measure({ loss: 2.5 })
    const wanted = (Math.log(468) - 2.5) / (Math.log(468) - value('model'))
    expect(value('explained')).toBeCloseTo(wanted, 12)
    expect(value('gap')).toBeCloseTo(2.5 - value('model'), 12)
  })
  it('measures from the architecture as initialised, which guesses nearly uniformly', async () => {
    const { value } = await measure({ loss: 2.5, init: 'random' })
    expect(Math.abs(value('init') - Math.log(468))).toBeLessThan(0.2)
    expect(value('init')).not.toBe(Math.log(468))
  })
  it('takes losses of each sequence from a file, as the exact ones of the text’s grammar', async () => {
    const { value } = await measure({}, { losses: tinyFile('surprisal.txt') })
    // The grammar is the best possible explanation: it explains a little more than the model.
    expect(value('explained')).toBeGreaterThan(1)
    expect(value('gap')).toBeLessThan(0)
  })
  it('takes n-grams, which explain part of it', async () => {
    const data = await dataset(400)
    const counted = await runKind('ngram', {
      with: { order: 2 },
      inputs: { train: data, data },
      ctx: await scratchContext(),
    })
    const { value } = await measure({}, { explanation: { type: 'ngram', path: pathOf(counted['ngram']) } })
    expect(value('explained')).toBeGreaterThan(0.5)
    expect(value('explained')).toBeLessThan(1)
  })
  it('says that a share means nothing where the model is no better than the start', () => {
    const value = (of: number) => ({ unit: 'nats/token', items: 4, values: [[of]], itemError: 0.01 })
    const metrics = { explained: value(0.2), gap: value(-0.7), model: value(11.7), explanation: value(11) }
    const said = (init: number): string => {
      const outputs = {
        metrics: ref('metrics', { metrics: { ...metrics, init: value(init) } }),
        start: ref('record', { of: 'a uniform guess, ln |V|' }),
      }
      return JSON.stringify(explainedLoss.report?.({ stage: 'explained', with: {}, outputs }))
    }
    expect(said(10.8)).toContain('a share of that means nothing')
    expect(said(12)).not.toContain('means nothing')
  })
  it('refuses none or two explanations, and a model that has learned nothing', async () => {
    await expect(measure({})).rejects.toThrow(/takes one explanation/)
    await expect(measure({ loss: 1 }, { explanation: tinyModel })).rejects.toThrow(/takes one explanation/)
    await expect(measure({ loss: 1 }, { initial: tinyModel })).rejects.toThrow(/nothing to explain/)
    const file = join((await scratchContext()).scratch, 'short.txt')
    await writeFile(file, '1.5\n')
    await expect(measure({}, { losses: { type: 'path', path: file } })).rejects.toThrow(/1 lines for 40 sequences/)
  })
})
