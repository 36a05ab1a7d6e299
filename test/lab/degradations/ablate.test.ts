import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { givenModelAndText } from '../scales/given.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'

const given = () => givenModelAndText([{ chain: 0, draw: 0, scale: 1 }])
const lossOf = (outputs: Awaited<ReturnType<typeof runKind>>): number =>
  (valueOf(outputs['loss']) as Metrics).metrics['loss']!.values[0]![0]!

test('everything ablated by zero or mean, and nothing: the same stage with another count', async () => {
  const { ctx, model, data } = await given()
  const run = (count: number, more: object, inputs: object = {}) =>
    runKind('ablate', { with: { what: 'both', count, ...more }, inputs: { model, measured: data, ...inputs }, ctx })
  const none = await run(0, {})
  const own = await runKind('loss', { inputs: { model, data }, ctx })
  const ownLoss = (valueOf(own['metrics']) as Metrics).metrics['loss']!.values[0]![0]!
  expect(lossOf(none)).toBeCloseTo(ownLoss, 12)
  const all = await run(99, {})
  expect(valueOf(all['ablated'])).toMatchObject({ of: 3 })
  expect(lossOf(all)).not.toBeCloseTo(ownLoss, 6)
  // One head whose output is replaced by its mean over the same text moves the loss far less than without it here.
  const mean = await run(99, { by: 'mean' }, { means: data })
  expect(lossOf(mean)).not.toBeCloseTo(lossOf(all), 6)
})

test('a mean over one token is the value itself: nothing changes', async () => {
  const { ctx, model } = await given()
  const { writeFile } = await import('node:fs/promises')
  const file = join(ctx.scratch, 'one.txt')
  await writeFile(file, 'b\n') // <bos> b: one token to predict from
  const tokenizer = { type: 'model' as const, path: model.path }
  const text = await runKind('text', { inputs: { path: { type: 'path', path: file }, tokenizer }, ctx })
  const one = { type: 'dataset' as const, path: pathOf(text['dataset']) }
  const inputs = { model, measured: one, means: one }
  const kept = await runKind('ablate', { with: { count: 0, by: 'mean' }, inputs, ctx })
  const gone = await runKind('ablate', { with: { count: 9, what: 'heads', by: 'mean' }, inputs, ctx })
  expect(lossOf(gone)).toBeCloseTo(lossOf(kept), 5)
  const zero = await runKind('ablate', { with: { count: 9, what: 'heads' }, inputs: { model, measured: one }, ctx })
  expect(Math.abs(lossOf(zero) - lossOf(kept))).toBeGreaterThan(1e-4)
})

test('by: mean and a text to take means over belong together', async () => {
  const { ctx, model, data } = await given()
  await expect(runKind('ablate', { with: { by: 'mean' }, inputs: { model }, ctx })).rejects.toThrow('needs a text')
  await expect(runKind('ablate', { inputs: { model, means: data }, ctx })).rejects.toThrow('by is zero')
})
