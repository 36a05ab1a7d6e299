import { expect, it } from 'vitest'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { readSafetensors } from '../../../src/engine/model/safetensors.ts'
import { pathOf } from '../run-kind.ts'
import { givenModelAndText } from './given.ts'

it('is ln |V| for a model that guesses uniformly, and is told for each draw', async () => {
  const { ctx, model, data } = await givenModelAndText([
    { chain: 0, draw: 0, scale: 0 },
    { chain: 0, draw: 1, scale: 2 },
    { chain: 1, draw: 0, scale: 0 },
  ])
  const made = await runKind('loss', { inputs: { model, data }, ctx })
  const { metrics } = valueOf(made.metrics) as Metrics
  const [[first, second], [third]] = metrics.loss?.values as [[number, number], [number]]
  expect(first).toBeCloseTo(Math.log(6), 5)
  expect(third).toBeCloseTo(Math.log(6), 5)
  expect(Math.abs(second - Math.log(6))).toBeGreaterThan(0.01)
  expect(metrics.loss).toMatchObject({ unit: 'nats/token', items: 2 })
  // What each sequence cost under each draw is kept, and gives the same means again.
  const kept = await readSafetensors(pathOf(made.items))
  const [nats, tokens] = [kept.get('nats')!.data as Float32Array, kept.get('tokens')!.data as Float32Array]
  expect(kept.get('nats')!.shape).toEqual([3, 2])
  for (const [row, mean] of [first, second, third].entries())
    expect((nats[2 * row]! + nats[2 * row + 1]!) / (tokens[2 * row]! + tokens[2 * row + 1]!)).toBeCloseTo(mean, 5)
  expect(metrics.loss!.sharedItemError).toBeGreaterThan(0)
})
