import type { Reading } from '../series.ts'

/**
 * The ratio of two means over the same items and its standard error by the delta method,
 * se² = Σ (a_i − R·b_i)² / (n (n − 1) b̄²) (Cochran, "Sampling Techniques", 2.11). Not finite where the mean of b is 0.
 */
export function ratioOfMeans(a: ArrayLike<number>, b: ArrayLike<number>): Reading {
  const n = a.length
  let [top, bottom] = [0, 0]
  for (let i = 0; i < n; i++) {
    top += a[i]!
    bottom += b[i]!
  }
  const mean = top / bottom
  let squares = 0
  for (let i = 0; i < n; i++) squares += (a[i]! - mean * b[i]!) ** 2
  return { mean, error: n > 1 ? Math.sqrt(squares / (n * (n - 1))) / Math.abs(bottom / n) : 0 }
}
