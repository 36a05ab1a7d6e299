import { describe, expect, test } from 'vitest'
import { CrankNicolsonChain, EllipticalSliceChain } from '../../../src/engine/sampling/forward-only.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import type { Walk, WalkOptions } from '../../../src/engine/sampling/walk.ts'
import { exactValues } from './exact-values.ts'
import { overChains, power, quadratic, toyWalk } from './toys.ts'

type Make = (options: WalkOptions) => Walk
const makes: readonly (readonly [string, Make, number])[] = [
  ['elliptical slice', (options) => new EllipticalSliceChain(options), 2000],
  ['pCN', (options) => new CrankNicolsonChain({ ...options, b: 0.5 }), 10_000],
]

describe.each(makes)('%s', (_, make, steps) => {
  test.each(
    exactValues.slice(0, 3).map(({ title, toy, size, gamma, rows }) => [title, gamma, toy, size, rows[0]!] as const),
  )('E[nβ·L] of %s, γ %d', async (...[_title, gamma, toy, size, [nbeta, exact]]) => {
    const found = await overChains(
      { chains: 16, steps },
      (stream) => make({ ...toyWalk(toy, size), stream, dynamics: { nbeta, gamma, epsilon: 1 } }),
      (loss) => nbeta * loss,
    )
    expect(Math.abs(found.mean - exact)).toBeLessThan(4 * found.error)
    expect(found.error / exact).toBeLessThan(0.03)
  })

  test('weight decay is a further prior about the origin', async () => {
    // L = 2(w² …)/2 = w² at nβ 2 about w₀ = 1 with γ = 3 and λ = 5: precision 2·2 + 3 + 5, mean 3/12.
    const start = (stream: RandomStream): Walk => {
      const walk = toyWalk(quadratic([2]), 1)
      walk.arrays.start.fill(1)
      walk.arrays.weights.fill(1)
      const chain = make({ ...walk, stream, weightDecay: 5, dynamics: { nbeta: 2, gamma: 3, epsilon: 1 } })
      return Object.assign(chain, { weights: walk.arrays.weights })
    }
    const at = (walk: Walk): number => (walk as Walk & { weights: Float32Array }).weights[0]!
    const mean = await overChains({ chains: 16, steps }, start, (_loss, walk) => at(walk))
    expect(Math.abs(mean.mean - 0.25)).toBeLessThan(4 * mean.error)
    const square = await overChains({ chains: 16, steps }, start, (_loss, walk) => (at(walk) - 0.25) ** 2)
    expect(Math.abs(square.mean - 1 / 12)).toBeLessThan(4 * square.error)
    expect(square.error).toBeLessThan(0.01)
  })

  test('without a localization there is no prior to draw from', () => {
    const options = {
      ...toyWalk(power(4), 1),
      stream: new RandomStream('00000000000000e7', 'noise'),
      dynamics: { nbeta: 1, gamma: 0, epsilon: 1 },
    }
    expect(() => make(options)).toThrow(/gamma is 0/)
  })
})
