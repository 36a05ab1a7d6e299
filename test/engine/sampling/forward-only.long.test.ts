import { describe, test } from 'vitest'
import { EllipticalSliceChain } from '../../../src/engine/sampling/forward-only.ts'
import { expectExact } from './found.ts'
import { type Toy, overChains, toyWalk } from './toys.ts'

/**
 * Φ(u): a uniform number on [0, 1] where u is a standard normal one. By the continued fraction of erfc beyond 3 and its
 * series below (Abramowitz and Stegun 7.1.6, 7.1.14), to 1e-12 of the smaller tail.
 */
function normalCdf(u: number): number {
  const x = Math.abs(u) / Math.SQRT2
  let tail: number
  if (x < 3) {
    let [term, sum] = [x, x]
    for (let n = 1; n < 80; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      sum += term
    }
    tail = (1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum) / 2
  } else {
    let fraction = 0
    for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction)
    tail = Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction) / 2
  }
  return u < 0 ? tail : 1 - tail
}

/** The posterior of a flat prior on the box is that of a normal prior on u where x = Φ(u): no wall, and every scale of x. */
describe('a flat prior on the box [0, 1]², by elliptical slices of the quantiles', () => {
  const temperatures = [100, 1e3, 1e4, 1e6]
  const rows = (
    [
      [1, 1, [0.34776, 0.38728, 0.41051, 0.43662]],
      [1, 2, [0.20428, 0.2262, 0.23715, 0.24607]],
      [2, 2, [0.13678, 0.16019, 0.17558, 0.19458]],
      [1, 3, [0.14211, 0.1557, 0.16167, 0.1656]],
      [3, 3, [0.07524, 0.09114, 0.10233, 0.11703]],
    ] as const
  ).flatMap(([a, b, exact]) => exact.map((value, i) => [a, b, temperatures[i]!, value] as const))

  test.each(rows)('K = x^2·%d y^2·%d at nβ %d: %d', async (...[a, b, nbeta, exact]) => {
    const toy: Toy = (u) => normalCdf(u[0]!) ** (2 * a) * normalCdf(u[1]!) ** (2 * b)
    const found = await overChains(
      { chains: 32, steps: 20_000 },
      (stream) => new EllipticalSliceChain({ ...toyWalk(toy, 2), dynamics: { nbeta, gamma: 1, epsilon: 1 }, stream }),
      (loss) => nbeta * loss,
    )
    expectExact(found, exact)
  })
})
