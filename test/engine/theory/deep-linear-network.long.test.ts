import { describe, expect, test } from 'vitest'
import { HamiltonianChain } from '../../../src/engine/sampling/hamiltonian.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { deepLinearNetwork } from '../../../src/engine/theory/deep-linear-network.ts'
import { linearNetwork } from './linear-networks.ts'

/**
 * λ̂ = nβ·(E[L] − L(w₀)) at the most singular true parameters, over the second half of the steps. With one hidden layer
 * the flat directions may wander at scale 1; with more, curvatures there grow with the power of the depth, and the
 * localization holds them closer.
 */
async function sampled(widths: readonly number[], rank: number, steps: number): Promise<number> {
  const network = linearNetwork(widths, rank)
  const [nbeta, gamma] = widths.length === 3 ? [1e4, 1] : [1e5, 10]
  // The largest singular value of a layer: 1, and that of a random matrix of the flat directions' scale.
  const layer = 1 + 2 * Math.sqrt((Math.max(...widths) - rank) / gamma)
  const epsilon = 0.5 / (nbeta * layer ** (2 * (widths.length - 2)))
  const chain = new HamiltonianChain({
    ...network,
    dynamics: { nbeta, gamma, epsilon },
    momentum: 0.99,
    thermostat: false,
    stream: new RandomStream('00000000000000ab', 'noise'),
  })
  let sum = 0
  for (let step = 0; step < steps; step++) {
    const { loss, diverged } = await chain.advance(step)
    expect(diverged).toBe(false)
    if (step >= steps / 2) sum += loss
  }
  return (nbeta * sum) / (steps / 2)
}

describe('sampled λ̂ within a tenth of the exact λ', () => {
  // The bias at these nβ is −(m − 1)/ln nβ and smaller terms: under 4 % in these networks.
  test.each([
    ['5,4,5', 2, 300_000],
    ['6,4,5,7', 3, 300_000],
    ['10,10,10', 5, 100_000],
    ['10,20,20,10', 10, 30_000],
    ['16,16,16,16', 12, 30_000],
    ['30,40,30', 15, 10_000],
    ['20,30,30,20', 5, 12_000],
    ['40,60,40', 10, 4000],
    ['50,100,50', 20, 3000],
  ] as const)('deep linear network %s, rank %i', async (widths, rank, steps) => {
    const sizes = widths.split(',').map(Number)
    const { lambda } = deepLinearNetwork(sizes, rank)
    const found = await sampled(sizes, rank, steps)
    expect(Math.abs(found / lambda - 1), `λ̂ ${found}, λ ${lambda}`).toBeLessThan(0.1)
  })

  test.each([
    ['5,3,5', 6.5],
    ['5,4,5', 8],
    ['4,3,8', 6],
    ['8,3,4', 6],
    ['3,8,4', 6],
  ] as const)('reduced rank regression %s, rank 0', async (widths, lambda) => {
    const sizes = widths.split(',').map(Number)
    expect(deepLinearNetwork(sizes, 0).lambda).toBe(lambda)
    const found = await sampled(sizes, 0, 300_000)
    expect(Math.abs(found / lambda - 1), `λ̂ ${found}, λ ${lambda}`).toBeLessThan(0.1)
  })
})
