import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestOfJson } from '../../../../src/base/digest.ts'
import { degradeTo } from '../../../../src/lab/searches/degrade-to/degrade-to.ts'
import type { DegradedAnswer } from '../../../../src/lab/searches/degrade-to/degraded-answer.ts'
import type { ArtifactRef, StageInput } from '../../../../src/stage/artifact.ts'
import { isGrowing, type ChildResult, type ChildStage, type Template } from '../../../../src/stage/stage-kind.ts'
import { catalog } from '../../../../src/lab/index.ts'
import { pathOf, runKind } from '../../run-kind.ts'
import { givenModelAndText } from '../../scales/given.ts'

/** A model that has learnt a text of two sentences. */
async function trained() {
  const { ctx, model: shape, data } = await givenModelAndText()
  const tokenizer = { type: 'tokenizer' as const, path: shape.path }
  const params = { layers: 1, heads: 2, width: 8, steps: 150, batch: 2, rate: 0.02, warmup: 10 }
  const out = join(ctx.out, 'trained')
  const made = await runKind('train', { with: params, inputs: { data, tokenizer }, ctx: { ...ctx, out } })
  return { ctx, data, model: { path: pathOf(made['model']) } }
}

/** Runs a search for real: each child it asks for is run in this process. */
async function run(given: object, degrade: Omit<Template, 'inputs'>, facts?: string) {
  const { ctx, model, data } = await trained()
  const paths = new Map<string, StageInput>()
  const file = (type: ArtifactRef['type'], path: string): ArtifactRef => {
    const digest = digestOfJson(path)
    paths.set(digest, { type, path })
    return { type, digest, bytes: 1 }
  }
  const refs = { model: file('model', model.path), data: file('dataset', data.path) }
  const relation = join(ctx.scratch, 'facts.jsonl')
  if (facts !== undefined) await writeFile(relation, facts)
  const measure: Template = { use: 'recall', with: {}, inputs: { facts: file('relation', relation) } }
  const results: Record<string, ChildResult> = {}
  const runChild = async (child: ChildStage, at: number): Promise<ChildResult> => {
    const inputs = Object.entries(child.inputs).map(([name, ref]) => [name, paths.get(ref.digest)!] as const)
    const kind = catalog.get(child.use)!
    const out = join(ctx.out, String(at))
    await mkdir(out, { recursive: true })
    const made = await runKind(child.use, {
      with: child.with,
      inputs: Object.fromEntries(inputs),
      ctx: { ...ctx, out },
    })
    const outputs = Object.entries(made).map(([name, output]) => {
      const type = kind.outputs[name]!.type
      return [
        name,
        'path' in output ? file(type, output.path) : { type, digest: digestOfJson(output.value), value: output.value },
      ] as const
    })
    return { outputs: Object.fromEntries(outputs) }
  }
  if (!isGrowing(degradeTo)) throw new Error('a search grows')
  for (;;) {
    const growth = degradeTo.grow({
      with: { metric: 'accuracy', tolerance: 0.05, tries: 12, grid: 8, ...given },
      inputs: { model: refs.model },
      templates: {
        degrade: { ...degrade, inputs: { measured: refs.data } },
        ...(facts === undefined ? {} : { measure }),
      },
      results,
      stage: 'rough',
    })
    if (growth.outputs !== undefined) {
      const answer = (growth.outputs['answer'] as { value: unknown }).value as DegradedAnswer
      const ref = (value: unknown): ArtifactRef => ({ type: 'record', digest: 'sha256:0', value }) as ArtifactRef
      const blocks =
        degradeTo.report?.({ stage: 'rough', with: given as never, outputs: { answer: ref(answer) } }) ?? []
      return { answer, outputs: growth.outputs, stages: growth.stages, text: JSON.stringify(blocks), refs }
    }
    for (const [i, child] of growth.stages.entries()) results[child.name] ??= await runChild(child, i)
  }
}

test.each([
  ['noise', { draws: 4 }],
  ['line', {}],
  ['prune', {}],
  ['low-rank', {}],
] as const)('%s is steered to four fifths of the explained loss', async (use, more) => {
  const { answer, outputs, text } = await run({ target: { explained: 0.8 } }, { use, with: more })
  expect(answer.own).toBeLessThan(0.8) // it has learnt
  expect(answer.wanted).toBeCloseTo(Math.log(6) - 0.8 * (Math.log(6) - answer.own), 9)
  const best = answer.tries.find(({ name }) => name === answer.nearest)!
  expect((outputs['loss'] as { value: number }).value).toBe(best.loss!.mean)
  for (const one of answer.tries)
    expect(Math.abs(best.loss!.mean - answer.wanted)).toBeLessThanOrEqual(Math.abs(one.loss!.mean - answer.wanted))
  // Pruning and ranks jump on so small a model: then the nearest dose is all there is, and the answer says so.
  if (use === 'noise' || use === 'line') expect(answer.reached).toBe(true)
  expect(text).toContain(answer.reached ? 'is reached at' : 'is not reached')
})

test('bits are few: every one is tried, and the nearest taken', async () => {
  const { answer } = await run({ target: { explained: 0.8 } }, { use: 'quantize', with: {} })
  expect(answer.tries.map(({ dose }) => dose)).toEqual(Array.from({ length: 15 }, (_, i) => 16 - i))
  expect(answer.stop).toBe('every-dose')
})
test('parts that are ablated are counted one by one', async () => {
  const { answer } = await run({ target: { explained: 0.5 }, tries: 3 }, { use: 'ablate', with: { what: 'both' } })
  expect(answer.tries.map(({ dose }) => dose)).toEqual([1, 2, 3])
})
test('a list of degradations: the last is steered on top of the others', async () => {
  const { answer, stages } = await run(
    { target: { explained: 0.7 } },
    { use: 'quantize', with: { bits: 6 }, then: [{ use: 'line', with: {}, inputs: {} }] },
  ).catch((error: unknown) => ({ answer: String(error), stages: [] }))
  // The second step has no text to measure on.
  expect(answer).toContain('says no loss')
  expect(stages).toEqual([])
})
test('targets that cannot be: under the model’s own loss, above knowing nothing, a temperature of a line, accuracy of nothing', async () => {
  const line = { use: 'line', with: {} }
  await expect(run({ target: { loss: 0.01 } }, line)).rejects.toThrow("not above the model's own")
  await expect(run({ target: { loss: 1.9 } }, line)).rejects.toThrow('which knowing nothing costs')
  await expect(run({ target: { nbeta: 300 } }, line)).rejects.toThrow('line has no temperature')
  await expect(run({ target: { accuracy: 0.9 } }, line)).rejects.toThrow('no experiment to measure it')
})

test('an accuracy, by an experiment of its own; not above the model’s', async () => {
  const facts = '{"prompt": "a b", "answer": "."}\n{"prompt": "a", "answer": "b"}\n'
  const { answer, stages } = await run({ target: { accuracy: 0.6 } }, { use: 'noise', with: { draws: 32 } }, facts)
  expect(answer).toMatchObject({ of: 'accuracy', metric: 'accuracy', own: 1, wanted: 0.6 })
  const best = answer.tries.find(({ name }) => name === answer.nearest)!
  expect(Math.abs(best.value!.mean - 0.6)).toBeLessThan(0.2)
  expect(stages.some(({ name }) => name === 'try-01/measure')).toBe(true)
  await expect(run({ target: { accuracy: 1 } }, { use: 'line', with: {} }, facts)).rejects.toThrow(
    "is not under the model's own accuracy of 1.0000",
  )
})

test('a temperature is one dose of the sampler, whatever it gives', () => {
  if (!isGrowing(degradeTo)) throw new Error('a search grows')
  const ref = (type: ArtifactRef['type'], value: number | object): ArtifactRef =>
    ({ type, digest: digestOfJson([type]), value }) as ArtifactRef
  const samples = (values: number[][]) => ({ unit: 'nats/token', values, items: 9, itemError: 0.01 })
  const growth = degradeTo.grow({
    with: { metric: 'accuracy', tolerance: 0.05, tries: 12, grid: 8, target: { nbeta: 300 } },
    inputs: { model: ref('model', 1), data: ref('dataset', 1) },
    templates: { degrade: { use: 'sgld', with: { chains: 4 }, inputs: {} } },
    results: {
      'original/loss': { outputs: { metrics: ref('metrics', { metrics: { loss: samples([[1]]) } }) } },
      'try-01/degrade': {
        outputs: {
          model: ref('ensemble', 2),
          loss: ref('metrics', {
            metrics: {
              excess: samples([
                [0.2, 0.3],
                [0.2, 0.3],
              ]),
            },
          }),
        },
      },
    },
    stage: 'rough',
  })
  expect(growth.stages.at(-1)).toMatchObject({ use: 'sgld', with: { chains: 4, nbeta: 300 } })
  expect(growth.outputs?.['dose']).toEqual({ value: 300 })
  expect(growth.outputs?.['loss']).toMatchObject({ value: expect.closeTo(1.25, 9) as number })
})
