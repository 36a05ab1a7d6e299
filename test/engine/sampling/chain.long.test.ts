import { describe, expect, test } from 'vitest'
import { LangevinChain } from '../../../src/engine/sampling/chain.ts'
import { EllipticalSliceChain } from '../../../src/engine/sampling/forward-only.ts'
import { MalaChain } from '../../../src/engine/sampling/mala.ts'
import type { StepResult } from '../../../src/engine/sampling/walk.ts'
import { expectExact } from './found.ts'
import { copies, overChains, quadratic, rankOne, toyWalk, type Found } from './toys.ts'

const [nbeta, gamma, exact] = [100, 1, 0.354204]

/** MALA that adds up how likely its moves were accepted. */
class Counted extends MalaChain {
  readonly #accepted: { sum: number; steps: number }
  constructor(options: ConstructorParameters<typeof MalaChain>[0], accepted: { sum: number; steps: number }) {
    super(options)
    this.#accepted = accepted
  }
  override async advance(step: number): Promise<StepResult> {
    const result = await super.advance(step)
    this.#accepted.sum += result.acceptance ?? NaN
    this.#accepted.steps++
    return result
  }
}

describe('w1²w2² at nβ 100, γ 1, where theory has 0.354204: what a step size costs', () => {
  const many = 4000

  // Stationary values as simulated elsewhere, given to four digits. No formula is known for them.
  test.each([
    [3e-4, 0.3596],
    [1e-3, 0.3682],
    [3e-3, 0.4036],
  ])('SGLD at ε %d: %d', async (epsilon, biased) => {
    const relaxation = 2 / (epsilon * gamma)
    const { mean, error } = await overChains(
      { chains: 8, steps: Math.round(8 * relaxation), burnin: Math.round(5 * relaxation) },
      (stream) => new LangevinChain({ ...copies(rankOne(1), 2, many), dynamics: { nbeta, gamma, epsilon }, stream }),
      (loss) => (nbeta * loss) / many,
    )
    const text = `${mean} ± ${error}`
    expect(mean - exact, text).toBeGreaterThan(3 * error) // the bias is there, and
    expect(Math.abs(mean / biased - 1), text).toBeLessThan(0.01) // it is as large as that
  })

  // How many depends on how long they run; one in eight has been seen elsewhere.
  test('SGLD at ε .01 diverges in a part of all chains, and each says so', async () => {
    const ends = await Promise.all(
      Array.from({ length: 400 }, async (_, chain) => {
        const found = await overChains(
          { chains: 1, steps: 20_000, first: chain },
          (stream) =>
            new LangevinChain({ ...toyWalk(rankOne(1), 2), dynamics: { nbeta, gamma, epsilon: 0.01 }, stream }),
        )
        return Number.isNaN(found.mean)
      }),
    )
    const share = ends.filter(Boolean).length / ends.length
    expect(share).toBeGreaterThan(0.02)
    expect(share).toBeLessThan(0.5)
  })

  const mala = async (epsilon: number): Promise<{ found: Found; acceptance: number }> => {
    const accepted = { sum: 0, steps: 0 }
    const found = await overChains(
      { chains: 32, steps: Math.round(600 / epsilon) },
      (stream) => new Counted({ ...toyWalk(rankOne(1), 2), dynamics: { nbeta, gamma, epsilon }, stream }, accepted),
      (loss) => nbeta * loss,
    )
    return { found, acceptance: accepted.sum / accepted.steps }
  }

  test.each([
    [3e-3, 0.973],
    [1e-2, 0.881],
  ])('MALA at ε %d is exact, and accepts %d', async (epsilon, accepted) => {
    const { found, acceptance } = await mala(epsilon)
    expectExact(found, exact)
    expect(acceptance).toBeCloseTo(accepted, 2)
  })

  // Far out on an axis, at w₁ = 3, the curvature 2·nβ·w₁² is 18 times what this step can follow: a chain that comes there
  // stays for very long, and one that does not misses what is there. So it falls short, and its error says too little;
  // elsewhere .3463 was found.
  test('MALA at ε .03 accepts .692 and mixes too slowly to be exact', async () => {
    const { found, acceptance } = await mala(3e-2)
    expect(acceptance).toBeCloseTo(0.692, 2)
    expect(Math.abs(found.mean / 0.3463 - 1), `${found.mean} ± ${found.error}`).toBeLessThan(0.03)
  })
})

test('elliptical slice in 50 dimensions, curvatures from .01 to 10: 22.418', async () => {
  const h = Array.from({ length: 50 }, (_, i) => 10 ** (-2 + (3 * i) / 49))
  const theory = h.reduce((sum, each) => sum + (nbeta * each) / (nbeta * each + gamma) / 2, 0)
  expect(theory).toBeCloseTo(22.418, 3)
  const found = await overChains(
    { chains: 32, steps: 12_000 },
    (stream) =>
      new EllipticalSliceChain({ ...toyWalk(quadratic(h), 50), dynamics: { nbeta, gamma, epsilon: 1 }, stream }),
    (loss) => nbeta * loss,
  )
  expectExact(found, theory)
})
