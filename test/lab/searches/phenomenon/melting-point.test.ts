import { expect, test } from 'vitest'
import { meltingPoint, meltsBefore } from '../../../../src/lab/searches/phenomenon/melting-point.ts'

const point = (loss: number, mean: number, error = 0.1) => ({ loss, mean, low: mean - error, high: mean + error })
const near = (value: number): number => expect.closeTo(value, 12) as number

test('the value is found between levels, with bounds, above the model', () => {
  const points = [point(2, 1, 0), point(2.1, 0.8), point(2.2, 0.3)]
  expect(meltingPoint(points, { from: 2, level: 0.5 })).toEqual({
    above: near(0.16),
    low: near(0.14),
    high: near(0.18),
  })
})
test('a metric that rises crosses from below', () => {
  expect(meltingPoint([point(1, 0, 0), point(2, 1, 0)], { from: 1, level: 0.25 }).above).toBeCloseTo(0.25, 12)
})
test('what stays above is only known to melt beyond', () => {
  expect(meltingPoint([point(1, 1), point(1.3, 0.9)], { from: 1, level: 0.5 })).toEqual({ beyond: near(0.3) })
})
test('a lower bound that crosses while the mean does not is kept', () => {
  expect(meltingPoint([point(1, 1, 0), point(2, 0.55)], { from: 1, level: 0.5 })).toEqual({
    low: expect.any(Number) as number,
    beyond: 1,
  })
})
test('one melts before the other only where the intervals are apart', () => {
  const a = { above: 0.1, low: 0.05, high: 0.15 }
  expect(meltsBefore(a, { above: 0.3, low: 0.2 })).toBe(true)
  expect(meltsBefore(a, { above: 0.3, low: 0.12, high: 0.4 })).toBe(false)
  expect(meltsBefore(a, { beyond: 0.5 })).toBe(true)
  expect(meltsBefore(a, { beyond: 0.1 })).toBe(false)
  expect(meltsBefore({ above: 0.1, low: 0.05 }, { beyond: 9 })).toBe(false)
})
