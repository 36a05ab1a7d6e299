import { expect, test } from 'vitest'
import { largest } from '../../src/base/largest.ts'

test('the largest of none, of a few, and of more than a call can take', () => {
  expect(largest([])).toBe(-Infinity)
  expect(largest([-3, 7, 2])).toBe(7)
  expect(largest(Float64Array.from({ length: 1_000_000 }, (_, i) => i))).toBe(999_999)
})
