import { describe, expect, test } from 'vitest'
import { LangevinChain } from '../../src/engine/sampling/chain.ts'
import { CrankNicolsonChain, EllipticalSliceChain } from '../../src/engine/sampling/forward-only.ts'
import { HamiltonianChain } from '../../src/engine/sampling/hamiltonian.ts'
import { MalaChain } from '../../src/engine/sampling/mala.ts'
import { RandomStream } from '../../src/engine/sampling/random.ts'
import { exactValues } from './sampling/exact-values.ts'
import { expectExact } from './sampling/found.ts'
import type { Found, Toy } from './sampling/toys.ts'
import { copies, overChains, power, quadratic, toyWalk } from './sampling/toys.ts'

describe.each(exactValues)('E[nβ·L] of $title, γ $gamma', ({ toy, size, gamma, rows }) => {
  test.each(rows)('elliptical slice at nβ %d: %d', async (nbeta, exact) => {
    const dynamics = { nbeta, gamma, epsilon: 1 }
    const steps = nbeta > 1e4 ? 40_000 : 12_000
    const found = await overChains(
      { chains: 32, steps },
      (stream) => {
        return new EllipticalSliceChain({ ...toyWalk(toy, size), dynamics, stream })
      },
      (loss) => nbeta * loss,
    )
    expectExact(found, exact)
  })
})

/** Each row of copies is an independent system, so one walk over many copies is worth many chains; without an accept step only. */
describe.each(exactValues.filter(({ gamma }) => gamma === 1))('E[nβ·L] of copies of $title', ({ toy, size, rows }) => {
  const many = 2000
  const unadjusted =
    (share: number) =>
    async (nbeta: number, exact: number): Promise<void> => {
      // A fifteenth of what is stable where the flat directions wander at scale 1.
      const dynamics = { nbeta, gamma: 1, epsilon: share / nbeta }
      for (const thermostat of [false, true]) {
        const found = await overChains(
          { chains: 8, steps: 3000, burnin: 1500 },
          (stream) => {
            return new HamiltonianChain({ ...copies(toy, size, many), dynamics, stream, momentum: 0.9, thermostat })
          },
          (loss) => (nbeta * loss) / many,
        )
        expectExact(found, exact)
      }
    }
  test.each(rows.filter(([nbeta]) => nbeta === 10))('SGHMC and SGNHT at nβ %d: %d', unadjusted(0.02))
})

describe('accept steps', () => {
  test.each([
    [10, 0.290274, 0.1],
    [100, 0.354204, 5e-3],
    [1000, 0.390273, 6e-4],
  ])('MALA on w1²w2² at nβ %d: %d', async (nbeta, exact, epsilon) => {
    const { toy } = exactValues[0]!
    const dynamics = { nbeta, gamma: 1, epsilon }
    const steps = 10_000 * Math.sqrt(nbeta)
    expectExact(
      await overChains(
        { chains: 32, steps },
        (stream) => new MalaChain({ ...toyWalk(toy, 2), dynamics, stream }),
        (loss) => nbeta * loss,
      ),
      exact,
    )
  })
  test.each([0.2, 0.5, 0.9])('pCN on w1²w2² at nβ 100, b %d', async (b) => {
    const { toy } = exactValues[0]!
    const dynamics = { nbeta: 100, gamma: 1, epsilon: 1 }
    const found = await overChains(
      { chains: 32, steps: 20_000 },
      (stream) => new CrankNicolsonChain({ ...toyWalk(toy, 2), dynamics, stream, b }),
      (loss) => 100 * loss,
    )
    expectExact(found, 0.354204)
  })
  test('(nβ)²Var(L) is the second estimator of λ', async () => {
    const { toy } = exactValues[0]!
    for (const [nbeta, exact] of [
      [1, 0.125689],
      [10, 0.253546],
      [100, 0.333833],
      [1000, 0.37833],
    ] as const) {
      const dynamics = { nbeta, gamma: 1, epsilon: 1 }
      const mean = { 1: 0.181636, 10: 0.290274, 100: 0.354204, 1000: 0.390273 }[nbeta]
      const found = await overChains(
        { chains: 32, steps: 30_000 },
        (stream) => new EllipticalSliceChain({ ...toyWalk(toy, 2), dynamics, stream }),
        (loss) => (nbeta * loss - mean) ** 2,
      )
      expectExact(found, exact, 0.05)
    }
  })
})

test('the discretized quadratic: SGLD is where theory has it, to half a percent', async () => {
  const h = [0.01, 0.1, 1, 10]
  const [nbeta, gamma, epsilon] = [100, 1, 5e-4]
  const variance = h.map((each) => {
    const a = nbeta * each + gamma
    return 1 / (a * (1 - (epsilon * a) / 4))
  })
  const exact = h.reduce((sum, each, i) => sum + (nbeta * each * variance[i]!) / 2, 0)
  expect(exact).toBeCloseTo(1.77755, 4)
  const many = 20_000
  const stream = new RandomStream('00000000000000ef', 'noise')
  const walk = toyWalk(quadratic(h), 4 * many)
  const { weights } = walk.arrays
  new RandomStream('00000000000000ef', 'init').normals(0, weights) // the slow directions begin at their stationary law
  for (let i = 0; i < weights.length; i++) weights[i]! *= Math.sqrt(variance[i % 4]!)
  const chain = new LangevinChain({ ...walk, stream, dynamics: { nbeta, gamma, epsilon } })
  let sum = 0
  for (let step = 0; step < 800; step++) sum += (await chain.advance(step)).loss
  // The slowest direction carries a seventh of the value at a relative error of √(2/20000) = 1 %, and the others average over the steps: .2 % of the whole.
  expect(Math.abs((nbeta * sum) / 800 / many / exact - 1)).toBeLessThan(0.005)
})

describe('observables', () => {
  test('the covariances of a Gaussian posterior are uᵀ(nβH + γ)⁻¹v', async () => {
    const [nbeta, gamma] = [10, 2]
    const hessian = [
      [3, 1, 0.5],
      [1, 2, -0.4],
      [0.5, -0.4, 1],
    ]
    const toy: Toy = (w, g) => {
      let loss = 0
      hessian.forEach((row, i) => {
        const slope = row.reduce((sum, h, j) => sum + h * w[j]!, 0)
        g[i] = slope
        loss += (slope * w[i]!) / 2
      })
      return loss
    }
    const inverse = inverseOf(hessian.map((row, i) => row.map((h, j) => nbeta * h + (i === j ? gamma : 0))))
    const [u, v] = [
      [1, 2, -1],
      [0.5, -1, 3],
    ]
    const dot = (a: ArrayLike<number>, b: readonly number[]): number =>
      b.reduce((sum, each, i) => sum + each * a[i]!, 0)
    const exact = dot(
      u,
      inverse.map((row) => dot(v, row)),
    )
    const found = await overChains(
      { chains: 32, steps: 20_000 },
      (stream) => {
        const walk = toyWalk(toy, 3)
        const chain = new MalaChain({ ...walk, stream, dynamics: { nbeta, gamma, epsilon: 0.04 } })
        return Object.assign(chain, { weights: walk.arrays.weights })
      },
      (_, chain) => {
        const { weights } = chain as unknown as { weights: Float32Array }
        return dot(weights, u) * dot(weights, v)
      },
    )
    expectExact(found, exact)
  })

  test('degenerate moments fall with the powers of t that theory says', async () => {
    // V = x⁴/4!: ⟨x²⟩ ~ t^(−1/2), and E[t·V] = 1/4 at every t.
    const quartic: Toy = (w, g) => {
      const loss = power(4)(w, g)
      for (let i = 0; i < w.length; i++) g[i]! /= 24
      return loss / 24
    }
    const moment = (t: number): Promise<Found> =>
      overChains(
        { chains: 32, steps: 20_000 },
        (stream) => {
          const walk = toyWalk(quartic, 1)
          const chain = new MalaChain({ ...walk, stream, dynamics: { nbeta: t, gamma: 0, epsilon: 3 / Math.sqrt(t) } })
          return Object.assign(chain, { weights: walk.arrays.weights })
        },
        (_, chain) => (chain as unknown as { weights: Float32Array }).weights[0]! ** 2,
      )
    const [warm, cold] = [await moment(10), await moment(1000)]
    // ⟨x²⟩ = √(24/t)·Γ(3/4)/Γ(1/4).
    for (const [found, t] of [
      [warm, 10],
      [cold, 1000],
    ] as const)
      expectExact(found, Math.sqrt(24 / t) * 0.3379891200336424)
    const exponent = Math.log(warm.mean / cold.mean) / Math.log(100)
    expect(Math.abs(exponent - 0.5)).toBeLessThan(0.01)
  })
})

describe('a flat prior on the box [0, 1]²', () => {
  test.each([
    [1, 1, 100, 0.34776],
    [1, 1, 1000, 0.38728],
    [1, 2, 100, 0.20428],
    [1, 2, 1000, 0.2262],
    [2, 2, 100, 0.13678],
    [2, 2, 1000, 0.16019],
    [1, 3, 100, 0.14211],
    [3, 3, 100, 0.07524],
  ])('K = x^2·%d y^2·%d at nβ %d: %d', async (...[a, b, nbeta, exact]) => {
    const crossing: Toy = (w, g) => {
      const [x, y] = [w[0]!, w[1]!]
      g[0] = 2 * a * x ** (2 * a - 1) * y ** (2 * b)
      g[1] = 2 * b * x ** (2 * a) * y ** (2 * b - 1)
      return x ** (2 * a) * y ** (2 * b)
    }
    const found = await overChains(
      { chains: 32, steps: 200 * nbeta },
      (stream) => {
        const walk = toyWalk(crossing, 2)
        walk.arrays.start.fill(0.5)
        walk.arrays.weights.fill(0.5)
        // From the middle the first drift is ε·nβ/8: past the wall at .02 where it is colder, and then nothing is ever accepted.
        return new MalaChain({ ...walk, stream, boundingBox: 0.5, dynamics: { nbeta, gamma: 0, epsilon: 2 / nbeta } })
      },
      (loss) => nbeta * loss,
    )
    expectExact(found, exact)
  })
})

/** Inverse of a small matrix by Gauss and Jordan. */
function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? 1 : 0))])
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]![i]!
    rows[i] = rows[i]!.map((each) => each / pivot)
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const factor = rows[k]![i]!
      rows[k] = rows[k]!.map((each, j) => each - factor * rows[i]![j]!)
    }
  }
  return rows.map((row) => row.slice(n))
}
