import { expect, test } from 'vitest'
import { normalQuantile } from '../../../src/engine/sampling/normal.ts'

// Quantiles of the standard normal law to ten digits (any statistical table).
test.each([
  [0.5, 0],
  [0.975, 1.959963985],
  [0.025, -1.959963985],
  [0.9, 1.281551566],
  [0.999, 3.090232306],
  [1e-6, -4.753424309],
  [1e-9, -5.997807015],
])('Φ⁻¹(%d) = %d', (p, z) => {
  expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(5e-7 * Math.max(1, Math.abs(z)))
})
test('it is odd about one half', () => {
  for (const p of [0.01, 0.07, 0.08, 0.3]) expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 12)
})
