import { expect, it } from 'vitest'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { givenModelAndText } from './given.ts'

it('is ln |V| for a model that guesses uniformly, and is told for each draw', async () => {
  const { ctx, model, data } = await givenModelAndText([
    { chain: 0, draw: 0, scale: 0 },
    { chain: 0, draw: 1, scale: 2 },
    { chain: 1, draw: 0, scale: 0 },
  ])
  const { metrics } = valueOf((await runKind('loss', { inputs: { model, data }, ctx })).metrics) as Metrics
  const [[first, second], [third]] = metrics.loss?.values as [[number, number], [number]]
  expect(first).toBeCloseTo(Math.log(6), 5)
  expect(third).toBeCloseTo(Math.log(6), 5)
  expect(Math.abs(second - Math.log(6))).toBeGreaterThan(0.01)
  expect(metrics.loss).toMatchObject({ unit: 'nats/token', items: 2 })
})
