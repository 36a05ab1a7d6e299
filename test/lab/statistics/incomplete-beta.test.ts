import { describe, expect, it } from 'vitest'
import { betaQuantile, incompleteBeta } from '../../../src/lab/statistics/incomplete-beta.ts'

describe('incompleteBeta', () => {
  it('has its closed forms: x^a for b = 1, and its mirror', () => {
    for (const a of [0.5, 3, 256, 6144])
      for (const x of [0.01, 0.5, 0.9, 0.999]) {
        expect(incompleteBeta(x, a, 1)).toBeCloseTo(x ** a, 12)
        expect(incompleteBeta(1 - x, 1, a)).toBeCloseTo(1 - x ** a, 12)
      }
  })

  it('sums the binomial tail: P(X ≥ k) = I_p(k, n − k + 1)', () => {
    const [n, k, p] = [20, 17, 0.7]
    let tail = 0
    for (let i = k; i <= n; i++) {
      let ways = 1
      for (let j = 0; j < i; j++) ways = (ways * (n - j)) / (j + 1)
      tail += ways * p ** i * (1 - p) ** (n - i)
    }
    expect(incompleteBeta(p, k, n - k + 1)).toBeCloseTo(tail, 13)
  })

  it('is inverted by the quantile', () => {
    for (const [a, b] of [
      [2, 5],
      [0.5, 0.5],
      [5900, 240],
      [1.5, 0.5],
    ] as const)
      for (const p of [1e-6, 0.005, 0.3, 0.95])
        expect(incompleteBeta(betaQuantile(p, a, b), a, b) / p).toBeCloseTo(1, 9)
  })

  it('gives Clopper and Pearson: 7 of 10 at 95 % is [0.348, 0.933]', () => {
    expect(betaQuantile(0.025, 7, 4)).toBeCloseTo(0.3475471, 6)
    expect(betaQuantile(0.975, 8, 3)).toBeCloseTo(0.9332605, 6)
  })
})
