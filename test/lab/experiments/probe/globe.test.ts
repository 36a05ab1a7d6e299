import { expect, it } from 'vitest'
import { greatCircle, onSphere } from '../../../../src/lab/experiments/probe/globe.ts'

it('is a quarter of the circumference from the pole to the equator, and half to the antipode', () => {
  const quarter = (6371.0088 * Math.PI) / 2
  expect(greatCircle(onSphere([90, 0]), onSphere([0, 45]))).toBeCloseTo(quarter, 6)
  expect(greatCircle(onSphere([10, 20]), onSphere([-10, -160]))).toBeCloseTo(2 * quarter, 6)
  expect(greatCircle(onSphere([10, 20]), [0, 0, 0])).toBeCloseTo(quarter, 6)
})
it('has Paris 344 km from London, whatever the length of the vector', () => {
  const [paris, london] = [onSphere([48.8566, 2.3522]), onSphere([51.5074, -0.1278])]
  expect(
    Math.abs(
      greatCircle(
        paris,
        london.map((x) => 0.3 * x),
      ) - 344,
    ),
  ).toBeLessThan(1)
})
