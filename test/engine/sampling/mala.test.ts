import { expect, test } from 'vitest'
import { malaAcceptance } from '../../../src/engine/sampling/mala.ts'

const place = (x: number[], potential: number) => ({ weights: x, slope: x, potential })

// U = ‖x‖²/2, where ∇U = x and the acceptance has a closed form. The last column is devinterp's own table; its third
// entry was computed in fp32 and is off by 6e-6, so the closed form is what counts.
test.each([
  {
    here: place([0, 0], 0),
    there: place([1.5, 5.5], 16.25),
    epsilon: 0.1,
    exact: Math.exp(-0.40625),
    table: 0.6661436,
  },
  { here: place([1, 1], 1), there: place([1.5, 0.5], 1.25), epsilon: 0.5, exact: Math.exp(-0.03125), table: 0.9692332 },
  {
    here: place([0, 0], 0),
    there: place([10.5, 5.5], 70.25),
    epsilon: 0.1,
    exact: Math.exp(-1.75625),
    table: 0.17268492,
  },
  {
    here: place([0, 0], 0),
    there: place([10.5, 5.5], 70.25),
    epsilon: 0.5,
    exact: Math.exp(-8.78125),
    table: 0.00015359,
  },
])('acceptance of a move %#', ({ here, there, epsilon, exact, table }) => {
  expect(Math.abs(malaAcceptance(here, there, epsilon) - exact)).toBeLessThan(1e-12)
  expect(Math.abs(exact - table)).toBeLessThan(1e-5)
})
