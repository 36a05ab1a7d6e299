import { expect, test } from 'vitest'
import { halfPoint } from '../../../../src/lab/searches/curve/half-point.ts'

const point = (above: number, mean: number, error = 0.1) => ({ above, mean, low: mean - error, high: mean + error })

test('half of the model’s own value is found between levels, with bounds', () => {
  expect(halfPoint([point(0, 1, 0), point(0.1, 0.8), point(0.2, 0.3)])).toEqual({
    above: expect.closeTo(0.16, 12) as number,
    low: expect.closeTo(0.14, 12) as number,
    high: expect.closeTo(0.18, 12) as number,
  })
})
test('a curve that stays above half has no half point', () => {
  expect(halfPoint([point(0, 1), point(0.1, 0.9)])).toBeUndefined()
})
test('a bound that does not come down is left out', () => {
  expect(halfPoint([point(0, 1, 0), point(0.1, 0.45)])?.high).toBeUndefined()
})
