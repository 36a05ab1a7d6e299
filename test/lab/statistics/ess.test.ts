import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/lab/random.ts'
import { effectiveSampleSize } from '../../../src/lab/statistics/ess.ts'
import { autoregressiveChains } from './autoregressive.ts'

const ess = (coefficient: number): number =>
  effectiveSampleSize(
    autoregressiveChains(seededRandom('07', 'ess', String(coefficient)), { chains: 4, draws: 5000, coefficient }),
  )

describe('effectiveSampleSize', () => {
  it('comes near the theory n (1 − φ)/(1 + φ) for long chains, on the low side', () => {
    for (const coefficient of [0.3, 0.6, 0.9]) {
      const ratio = ess(coefficient) / (20_000 * ((1 - coefficient) / (1 + coefficient)))
      expect(ratio).toBeGreaterThan(0.75)
      expect(ratio).toBeLessThan(1.1)
    }
  })

  it('never claims more draws than there are', () => {
    expect(ess(0)).toBeLessThanOrEqual(20_000)
    expect(ess(0)).toBeGreaterThan(18_000)
    expect(effectiveSampleSize([[1, -1, 1, -1, 1, -1]])).toBeLessThanOrEqual(6)
  })

  it('sees that chains which disagree are worth about one draw each', () => {
    const apart = [0, 1, 2, 3].map((shift) => Array.from({ length: 50 }, (_, i) => 10 * shift + (i % 3)))
    expect(effectiveSampleSize(apart)).toBeLessThan(8)
  })

  it('counts every draw when none varies', () => {
    expect(
      effectiveSampleSize([
        [1, 1, 1],
        [1, 1, 1],
      ]),
    ).toBe(6)
  })
})
