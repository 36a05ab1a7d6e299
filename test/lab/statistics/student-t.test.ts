import { expect, it } from 'vitest'
import { studentTQuantile } from '../../../src/lab/statistics/student-t.ts'

it.each([
  [0.975, 1, 12.7062],
  [0.975, 2, 4.30265],
  [0.95, 3, 2.35336],
  [0.99, 5, 3.36493],
  [0.995, 10, 3.16927],
  [0.975, 30, 2.04227],
  [0.9995, 3, 12.924],
  [0.975, 120, 1.97993],
  [0.975, 1e6, 1.95997],
])('t(%d, %d) = %d, as printed tables have it', (p, df, t) => {
  expect(studentTQuantile(p, df) / t).toBeCloseTo(1, 4)
  expect(studentTQuantile(1 - p, df) / -t).toBeCloseTo(1, 4)
})

it('is zero in the middle and takes degrees that are not whole', () => {
  expect(studentTQuantile(0.5, 4)).toBe(0)
  const [low, middle, high] = [3, 3.5, 4].map((df) => studentTQuantile(0.99, df)) as [number, number, number]
  expect(low).toBeGreaterThan(middle)
  expect(middle).toBeGreaterThan(high)
})
