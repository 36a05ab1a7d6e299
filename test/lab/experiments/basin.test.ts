import { join } from 'node:path'
import { expect, test } from 'vitest'
import { basin } from '../../../src/lab/experiments/basin.ts'
import type { Json } from '../../../src/base/json.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { modelFolder } from '../model-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { givenModelAndText } from '../scales/given.ts'

/** Compares models of the words a, b and . whose weights have these sizes with one of size 1, which is given itself. */
async function compare(scales: readonly number[], more: object = {}): Promise<Metrics['metrics']> {
  const { ctx, model, data } = await givenModelAndText(scales.map((scale, draw) => ({ chain: 0, draw, scale })))
  const one = await modelFolder(join(ctx.scratch, 'one'), ['a', 'b', '.'], [{ chain: 0, draw: 0, scale: 1 }])
  const { rename } = await import('node:fs/promises')
  await rename(join(one, 'chain-0-draw-0.safetensors'), join(one, 'model.safetensors'))
  const inputs = { model, data, original: { type: 'model' as const, path: one } }
  return (valueOf((await runKind('basin', { with: more, inputs, ctx }))['metrics']) as Metrics).metrics
}

test('the model itself: no distance, no divergence, no barrier', async () => {
  const found = await compare([1])
  for (const name of ['distance', 'relativeDistance', 'kl', 'reverseKl', 'barrier'])
    expect(found[name]!.values[0]![0], name).toBeCloseTo(0, 6)
})

test('half of every weight: half the length away; KL against a uniform guess is the entropy it lacks', async () => {
  const found = await compare([0.5, 0])
  expect(found['relativeDistance']!.values[0]![0]).toBeCloseTo(0.5, 6)
  expect(found['relativeDistance']!.values[0]![1]).toBeCloseTo(1, 6)
  expect(found['distance']!.values[0]![1]! / found['distance']!.values[0]![0]!).toBeCloseTo(2, 5)
  for (const name of ['kl', 'reverseKl']) {
    expect(found[name]!.values[0]![0]).toBeGreaterThan(0)
    expect(found[name]!.values[0]![1]).toBeGreaterThan(found[name]!.values[0]![0]!)
  }
  // KL(p ‖ uniform) = ln 6 − entropy(p) stays under ln 6.
  expect(found['kl']!.values[0]![1]).toBeLessThan(Math.log(6))
  expect(found['kl']!.itemError).toBeGreaterThan(0)
})

test('through zero to the mirrored weights the loss has a barrier or none, but never one below zero', async () => {
  const found = await compare([-1], { points: 9 })
  expect(found['barrier']!.values[0]![0]).toBeGreaterThanOrEqual(0)
  expect(found['relativeDistance']!.values[0]![0]).toBeCloseTo(2, 6)
})

test('a report says whether there is a barrier', () => {
  const samples = (value: number, itemError: number) => ({ unit: 'nats/token', values: [[value]], items: 9, itemError })
  const blockFor = (barrier: number): string => {
    const metrics = {
      barrier: samples(barrier, 0.01),
      kl: samples(0.1, 0.01),
      reverseKl: samples(0.1, 0.01),
      distance: samples(3, 0),
      relativeDistance: samples(0.2, 0),
    }
    const ref = { type: 'metrics' as const, digest: 'sha256:0' as const, value: { metrics } as unknown as Json }
    return JSON.stringify(basin.report?.({ stage: 'b', with: {}, outputs: { metrics: ref } }))
  }
  expect(blockFor(0.5)).toContain('no: the loss rises')
  expect(blockFor(0.005)).toContain('no barrier is seen')
})
