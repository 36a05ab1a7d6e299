import { expect, test } from 'vitest'
import { lowerRank, rankOfEnergy } from '../../../src/lab/degradations/low-rank.ts'
import { weightsOf } from './weights-of.ts'

// Singular values 4 and 3; then a vector, which no rank belongs to.
const values = [4, 0, 0, 0, 3, 0, 7, 8, 9]
const cut = (options: Parameters<typeof lowerRank>[1]): number[] => {
  const weights = weightsOf(values)
  lowerRank(weights, options)
  return Array.from(weights.flat, (value) => Number(value.toFixed(5)) + 0)
}

test('half of two singular values is one: the larger', () => {
  expect(cut({ keep: 0.5, of: 'rank' })).toEqual([4, 0, 0, 0, 0, 0, 7, 8, 9])
})
test('energy 16 of 25 is reached by the first alone, more needs both', () => {
  expect(cut({ keep: 0.64, of: 'energy' })).toEqual([4, 0, 0, 0, 0, 0, 7, 8, 9])
  expect(cut({ keep: 0.65, of: 'energy' })).toEqual(values)
})
test('nothing kept, everything kept', () => {
  expect(cut({ keep: 0, of: 'rank' }).slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0])
  expect(cut({ keep: 1, of: 'energy' })).toEqual(values)
})
test('the rank that reaches an energy', () => {
  const squares = Float64Array.of(16, 9, 0, 0)
  expect([0, 0.1, 0.64, 0.9, 1].map((keep) => rankOfEnergy(squares, keep))).toEqual([0, 1, 1, 2, 2])
})
