import { expect, test } from 'vitest'
import type { SweepCell } from '../../../src/lab/scales/flat-region.ts'
import { flatRegion } from '../../../src/lab/scales/flat-region.ts'

const cell = (mean: number | null, verdict: SweepCell['verdict'] = 'healthy', se = 0.1): SweepCell => ({
  nbeta: 1,
  epsilon: 1,
  verdict,
  ...(mean === null ? {} : { estimate: { mean, se } }),
})

test('the largest set of agreeing neighbours', () => {
  const cells = [10, 20, 30, 50, 20.5, 29.5, 80, 21, 31].map((mean) => cell(mean))
  // Columns 1 and 2 agree downwards, not with each other; of two as large the one that comes last counts.
  expect(flatRegion(cells, 3)).toEqual([2, 5, 8])
})
test('cells that are unhealthy, broken or far off do not count', () => {
  expect(flatRegion([cell(10), cell(10, 'suspicious'), cell(10), cell(10.3)], 4)).toEqual([2, 3])
  expect(flatRegion([cell(10), cell(null, 'broken'), cell(10)], 3)).toEqual([])
  expect(flatRegion([cell(10), cell(13)], 2)).toEqual([])
  expect(flatRegion([cell(10, 'healthy', 1), cell(12.5, 'healthy', 1)], 2)).toEqual([0, 1])
  // What may be anything agrees with nothing.
  expect(flatRegion([cell(10), cell(13, 'healthy', 2)], 2)).toEqual([])
})
test('the end of a row is no neighbour of the beginning of the next', () => {
  expect(flatRegion([cell(1), cell(5), cell(5), cell(9)], 2)).toEqual([])
})
