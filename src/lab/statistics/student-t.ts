import { betaQuantile } from './incomplete-beta.ts'

/**
 * The t that Student's distribution with `df` degrees of freedom stays below with probability p, 0 < p < 1.
 * From t² = df (1 − x)/x with x the quantile of Beta(df/2, 1/2) at twice the smaller tail.
 */
export function studentTQuantile(p: number, df: number): number {
  if (p === 0.5) return 0
  const tail = Math.min(p, 1 - p)
  const x = betaQuantile(2 * tail, df / 2, 0.5)
  const t = Math.sqrt((df * (1 - x)) / x)
  return p < 0.5 ? -t : t
}
