import { describe, test } from 'vitest'
import { HamiltonianChain } from '../../../src/engine/sampling/hamiltonian.ts'
import type { RandomStream } from '../../../src/engine/sampling/random.ts'
import type { Walk } from '../../../src/engine/sampling/walk.ts'
import { expectExact } from './found.ts'
import { type Toy, overChains, quadratic, toyWalk } from './toys.ts'

/** V = x²/2 + x³/12 + x⁴/24, one well a weight. */
const well: Toy = (w, g) => {
  let loss = 0
  for (let i = 0; i < w.length; i++) {
    const x = w[i]!
    g[i] = x + (x * x) / 4 + (x * x * x) / 6
    loss += x * x * (1 / 2 + x / 12 + (x * x) / 24)
  }
  return loss
}

const many = 4000

/** Walks of the same noise through the well and through x²/2, whose odd moments are zero: their difference has little variance. */
class CoupledWalk {
  readonly #walks: readonly Walk[]
  readonly in: Float32Array
  readonly beside: Float32Array
  constructor(t: number, stream: RandomStream) {
    const dynamics = { nbeta: t, gamma: 0, epsilon: 0.0125 / t }
    const [anharmonic, harmonic] = [toyWalk(well, many), toyWalk(quadratic([1]), many)]
    this.#walks = [anharmonic, harmonic].map(
      (walk) => new HamiltonianChain({ ...walk, dynamics, stream, momentum: 0.7, thermostat: false }),
    )
    this.in = anharmonic.arrays.weights
    this.beside = harmonic.arrays.weights
  }
  async advance(step: number): ReturnType<Walk['advance']> {
    await this.#walks[1]!.advance(step)
    return this.#walks[0]!.advance(step)
  }
}

/**
 * The step size is a 1/320 of what is stable: at .05 / t the values are .3 % off, four times what chance leaves.
 * Exact values by quadrature; ⟨x⟩ is known, so that covariances and cumulants are means.
 */
describe.each([
  [10, -0.22702, -0.83586, -0.39388],
  [100, -0.24747, -0.98139, -0.48769],
  [1000, -0.24975, -0.99812, -0.49875],
])('an anharmonic well at t = %d', (...[t, mean, covariance, cumulant]) => {
  const m = mean / t
  const found = (read: (x: number, beside: number) => number) =>
    overChains(
      { chains: 16, steps: 2500, burnin: 300 },
      (stream) => new CoupledWalk(t, stream) as unknown as Walk,
      (_, walk) => {
        const { in: x, beside } = walk as unknown as CoupledWalk
        return x.reduce((sum, each, i) => sum + read(each, beside[i]!), 0) / many
      },
    )
  test(`t⟨x⟩ = ${mean}`, async () => {
    expectExact(await found((x, y) => t * (x - y)), mean)
  })
  test(`t²Cov[x², x] = ${covariance}`, async () => {
    expectExact(await found((x, y) => t * t * (x * x * (x - m) - y ** 3)), covariance)
  })
  test(`t²κ₃ = ${cumulant}`, async () => {
    expectExact(await found((x, y) => t * t * ((x - m) ** 3 - y ** 3)), cumulant)
  })
})
