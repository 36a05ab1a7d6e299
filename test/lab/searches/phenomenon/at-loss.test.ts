import { expect, test } from 'vitest'
import { atLoss } from '../../../../src/lab/searches/phenomenon/at-loss.ts'

const point = (loss: number, mean: number) => ({ loss, mean, low: mean - 0.1, high: mean + 0.1 })

test('between two levels the line between them counts', () => {
  expect(atLoss([point(1, 1), point(2, 0.5)], 1.5)).toEqual({
    mean: 0.75,
    low: expect.closeTo(0.65, 12) as number,
    high: expect.closeTo(0.85, 12) as number,
  })
})
test('a level that is hit is taken as it is', () => {
  expect(atLoss([point(1, 1), point(2, 0.5)], 2)?.mean).toBe(0.5)
})
test('nothing is said beyond the levels there are', () => {
  expect(atLoss([point(1, 1), point(2, 0.5)], 2.1)).toBeUndefined()
  expect(atLoss([point(1, 1), point(2, 0.5)], 0.9)).toBeUndefined()
})
