import { describe, expect, test } from 'vitest'
import { CrankNicolsonChain, EllipticalSliceChain } from '../../src/engine/sampling/forward-only.ts'
import type { FixedLoss } from '../../src/engine/sampling/mala.ts'
import { MalaChain } from '../../src/engine/sampling/mala.ts'
import { RandomStream } from '../../src/engine/sampling/random.ts'

interface Row {
  readonly gamma: number
  readonly nbeta: number
  readonly exact: number
  readonly epsilon: number
}
const row = ([gamma, nbeta, exact, epsilon]: readonly [number, number, number, number]): Row => ({
  gamma,
  nbeta,
  exact,
  epsilon,
})

/** A loss whose E[nβ·L] under exp(−nβ·L − (γ/2)‖w‖²) is known exactly at every nβ. */
interface Known {
  readonly title: string
  readonly size: number
  readonly loss: FixedLoss
  /** γ, nβ, the exact value, and a step size for MALA. Exact values by quadrature or closed forms; λ alone would be 20 % off at nβ 1000. */
  readonly rows: readonly Row[]
}

/** ‖W₂W₁‖² of a linear network a → 1 → c, and its gradient: the rank-one case ‖u‖²‖v‖². */
const product = (a: number, c: number): FixedLoss => ({
  evaluate: (w, g) => {
    const square = (from: number, to: number): number => {
      let sum = 0
      for (let i = from; i < to; i++) sum += w[i]! ** 2
      return sum
    }
    const [u, v] = [square(0, a), square(a, a + c)]
    for (let i = 0; i < a + c; i++) g[i] = 2 * w[i]! * (i < a ? v : u)
    return u * v
  },
})
const quartic: FixedLoss = {
  evaluate: (w, g) => {
    g[0] = 4 * w[0]! ** 3
    return w[0]! ** 4
  },
}

const known: readonly Known[] = [
  {
    title: 'w1²w2²',
    size: 2,
    loss: product(1, 1),
    rows: (
      [
        [1, 10, 0.290274, 0.1],
        [1, 100, 0.354204, 5e-3],
        [1, 1000, 0.390273, 6e-4],
      ] as const
    ).map(row),
  },
  {
    title: 'w⁴',
    size: 1,
    loss: quartic,
    rows: (
      [
        [1, 10, 0.2249, 0.08],
        [1, 100, 0.24172, 0.06],
        [1, 1000, 0.24734, 0.02],
        [100, 100, 0.02337, 0.01],
        [100, 1000, 0.09612, 0.008],
      ] as const
    ).map(row),
  },
  {
    title: '(2,1,2)',
    size: 4,
    loss: product(2, 2),
    rows: (
      [
        [1, 10, 0.714046, 0.06],
        [1, 100, 0.818348, 5e-3],
      ] as const
    ).map(row),
  },
  {
    title: '(3,1,3)',
    size: 6,
    loss: product(3, 3),
    rows: (
      [
        [1, 10, 1.16375, 0.05],
        [1, 100, 1.29669, 4e-3],
      ] as const
    ).map(row),
  },
  {
    title: '(2,1,4)',
    size: 6,
    loss: product(2, 4),
    rows: (
      [
        [1, 10, 0.93757, 0.05],
        [1, 100, 0.98874, 4e-3],
      ] as const
    ).map(row),
  },
]

interface Chain {
  advance(step: number): { readonly loss: number }
}
const chains = 16
const steps = 20_000

/** Mean of nβ·L over independent chains after burn-in, and its standard error from the spread between chains. */
function mean(nbeta: number, start: (stream: RandomStream) => Chain): { mean: number; error: number } {
  const means = Array.from({ length: chains }, (_, c) => {
    const chain = start(new RandomStream('00000000000000ee', 'noise', c))
    let sum = 0
    for (let step = 0; step < steps; step++) {
      const { loss } = chain.advance(step)
      if (step >= steps / 6) sum += loss
    }
    return (nbeta * sum) / (steps - steps / 6)
  })
  const all = means.reduce((a, b) => a + b, 0) / chains
  return { mean: all, error: Math.sqrt(means.reduce((sum, m) => sum + (m - all) ** 2, 0) / (chains - 1) / chains) }
}

// t quantile for 15 degrees of freedom at .9995 on each side: 30 comparisons or so, all to pass in most runs of the seed.
const reach = 4.07

for (const { title, size, loss, rows } of known) {
  describe(`E[nβ·L] of ${title}`, () => {
    const start = new Float64Array(size)
    const forward = (w: Float64Array): number => loss.evaluate(w, new Float64Array(size))
    test.each(rows)('γ $gamma, nβ $nbeta: exact $exact', ({ gamma, nbeta, exact, epsilon }) => {
      const samplers: readonly [string, (stream: RandomStream) => Chain][] = [
        ['MALA', (stream) => new MalaChain({ loss, start, dynamics: { epsilon, nbeta, gamma }, stream })],
        ['elliptical slice', (stream) => new EllipticalSliceChain({ loss: forward, start, nbeta, gamma, stream })],
        ['pCN', (stream) => new CrankNicolsonChain({ loss: forward, start, nbeta, gamma, stream, b: 0.5 })],
      ]
      for (const [name, make] of samplers) {
        const found = mean(nbeta, make)
        expect(Math.abs(found.mean - exact), `${name}: ${found.mean} ± ${found.error}, exact ${exact}`).toBeLessThan(
          reach * found.error + 1e-4,
        )
        expect(found.error / exact, `${name} is precise enough to mean something`).toBeLessThan(0.06)
      }
    })
  })
}
