import { expect } from 'vitest'
import type { Found } from './toys.ts'

/** Within three Monte-Carlo standard errors, and within `share` of the exact value. */
export function expectExact({ mean, error }: Found, exact: number, share = 0.02): void {
  const text = `${mean} ± ${error}, exact ${exact}, ${((mean - exact) / error).toFixed(2)} standard errors`
  expect(Math.abs(mean - exact), text).toBeLessThan(3 * error)
  expect(Math.abs(mean / exact - 1), text).toBeLessThan(share)
}
