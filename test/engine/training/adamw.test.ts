import { expect, test } from 'vitest'
import { adamDefaults, adamwStep, clipGradient, cosineSchedule } from '../../../src/engine/training/adamw.ts'

test('two steps agree with the algorithm worked by hand', () => {
  const weights = Float32Array.of(1, -1)
  const moments = { first: new Float32Array(2), second: new Float32Array(2) }
  const options = { ...adamDefaults, beta2: 0.999, weightDecay: 0.1 }
  const decays = Uint8Array.of(1, 0)
  adamwStep({ weights, gradient: Float32Array.of(0.5, 0.5), ...moments }, { step: 1, rate: 0.1, options, decays })
  // First step: m̂ = g, v̂ = g², so the move is the rate; the decayed weight loses rate·decay·w besides.
  expect(weights[0]).toBeCloseTo(1 - 0.1 * (1 + 0.1), 6)
  expect(weights[1]).toBeCloseTo(-1 - 0.1, 6)
  adamwStep({ weights, gradient: Float32Array.of(-0.5, 0.5), ...moments }, { step: 2, rate: 0.1, options, decays })
  const m = (0.9 * 0.05 - 0.1 * 0.5) / (1 - 0.9 ** 2)
  const v = (0.999 * 0.00025 + 0.00025) / (1 - 0.999 ** 2)
  expect(weights[0]).toBeCloseTo(0.89 - 0.1 * (m / Math.sqrt(v) + 0.1 * 0.89), 5)
})

test('the schedule warms up, peaks at 1 and ends at its floor', () => {
  const options = { steps: 100, warmup: 10, floor: 0.1 }
  expect(cosineSchedule(5, options)).toBe(0.5)
  expect(cosineSchedule(10, options)).toBe(1)
  expect(cosineSchedule(55, options)).toBeCloseTo(0.55, 12)
  expect(cosineSchedule(100, options)).toBeCloseTo(0.1, 12)
})

test('a long gradient is cut to the limit, a short one left alone', () => {
  const long = Float32Array.of(3, 4)
  expect(clipGradient(long, 1)).toBe(5)
  expect(Math.hypot(...long)).toBeCloseTo(1, 6)
  const short = Float32Array.of(0.3, 0.4)
  clipGradient(short, 1)
  expect(short).toEqual(Float32Array.of(0.3, 0.4))
})
