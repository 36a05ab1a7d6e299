import { expect, it } from 'vitest'
import { estimateOnce } from '../../../../src/lab/searches/coarsest/estimate-once.ts'
import { estimate } from '../../../../src/lab/statistics/estimate.ts'

it('is the estimate, worked out once for each alpha', () => {
  const samples = { unit: 'proportion' as const, values: [[0.9, 0.95, 0.92]], items: 100 }
  const first = estimateOnce(samples, 0.05)
  expect(first).toEqual(estimate(samples, 0.05))
  expect(estimateOnce(samples, 0.05)).toBe(first)
  expect(estimateOnce(samples, 0.01)).toEqual(estimate(samples, 0.01))
})
