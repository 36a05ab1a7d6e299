import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/lab/random.ts'
import { splitRHat } from '../../../src/lab/statistics/rhat.ts'
import { autoregressiveChains } from './autoregressive.ts'

const chains = autoregressiveChains(seededRandom('09', 'rhat'), { chains: 4, draws: 1000, coefficient: 0 })

describe('splitRHat', () => {
  it('is near one where chains agree', () => {
    expect(splitRHat(chains)).toBeGreaterThan(0.99)
    expect(splitRHat(chains)).toBeLessThan(1.01)
  })
  it('is large where a chain stands apart', () => {
    expect(splitRHat(chains.map((chain, i) => (i === 0 ? chain.map((value) => value + 2) : chain)))).toBeGreaterThan(
      1.2,
    )
  })
  it('is large where every chain drifts alike', () => {
    expect(splitRHat(chains.map((chain) => chain.map((value, i) => value + i / 250)))).toBeGreaterThan(1.2)
  })
  it('is worked out by hand: halves 0 2 and 4 6 give √(1/2 + 8/2)', () => {
    expect(splitRHat([[0, 2, 4, 6]])).toBeCloseTo(Math.sqrt(0.5 + 8 / 2), 12)
  })
  it('says nothing of chains too short to cut, and Infinity of constant halves that differ', () => {
    expect(splitRHat([[1, 5, 2]])).toBe(1)
    expect(splitRHat([[1, 1, 2, 2]])).toBe(Infinity)
    expect(splitRHat([[1, 1, 1, 1]])).toBe(1)
  })
})
