import { expect, test } from 'vitest'
import { pool, shareOfItems } from '../../../../src/lab/searches/coarsest/pool.ts'
import type { MetricSamples } from '../../../../src/stage/metrics.ts'
import { estimate } from '../../../../src/lab/statistics/estimate.ts'

const samples = (values: number[][], more: Partial<MetricSamples> = {}): MetricSamples => ({
  unit: 'proportion',
  values,
  items: 100,
  ...more,
})

test('passes over the same draws are averaged, with all of their items', () => {
  const both = pool([[samples([[0.8, 0.6]], { itemError: 0.04 }), samples([[0.9, 0.8]], { itemError: 0.03 })]])
  expect(both).toMatchObject({ items: 200, values: [[expect.closeTo(0.85, 12), expect.closeTo(0.7, 12)]] })
  // The mean of two independent errors: √(0.04² + 0.03²) / 2.
  expect(both.itemError).toBeCloseTo(0.025, 12)
})
test('sets of draws are further chains', () => {
  expect(pool([[samples([[0.8]])], [samples([[0.9]])]])).toMatchObject({ items: 100, values: [[0.8], [0.9]] })
})
test('one pass is taken as it is, and the same ones are pooled once', () => {
  const [a, b] = [samples([[0.8]]), samples([[0.9]])]
  expect(pool([[a]])).toBe(a)
  expect(pool([[a], [b]])).toBe(pool([[a], [b]]))
})
test('the share of the items is all of the variance where the draws agree as binomials do, and little where they do not', () => {
  const share = (values: number[][]): number => shareOfItems(samples(values), estimate(samples(values), 0.025))
  expect(share([[0.5]])).toBe(1)
  expect(share([[0.5], [0.5], [0.5], [0.5]])).toBeCloseTo(1, 6)
  expect(share([[0.1], [0.9], [0.1], [0.9]])).toBeLessThan(0.05)
})
