import { expect, test } from 'vitest'
import { malaAcceptance, MalaChain } from '../../../src/engine/sampling/mala.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { power, quadratic, rankOne, overChains, toyWalk } from './toys.ts'

const place = (x: number[], potential: number) => ({ weights: x, slope: x, potential })

// U = ‖x‖²/2, where ∇U = x and the acceptance has a closed form. The last column is a published table; its third entry,
// .17268492, was computed in fp32 and is off by 6e-6, so the closed form stands there.
test.each([
  {
    here: place([0, 0], 0),
    there: place([1.5, 5.5], 16.25),
    epsilon: 0.1,
    exact: Math.exp(-0.40625),
    table: 0.6661436,
  },
  { here: place([1, 1], 1), there: place([1.5, 0.5], 1.25), epsilon: 0.5, exact: Math.exp(-0.03125), table: 0.9692332 },
  {
    here: place([0, 0], 0),
    there: place([10.5, 5.5], 70.25),
    epsilon: 0.1,
    exact: Math.exp(-1.75625),
    table: 0.1726912,
  },
  {
    here: place([0, 0], 0),
    there: place([10.5, 5.5], 70.25),
    epsilon: 0.5,
    exact: Math.exp(-8.78125),
    table: 0.00015359,
  },
])('acceptance of a move %#', ({ here, there, epsilon, exact, table }) => {
  expect(Math.abs(malaAcceptance(here, there, epsilon) - exact)).toBeLessThan(1e-12)
  expect(Math.abs(exact - table)).toBeLessThan(1e-6)
})

// Means of the acceptance of a standard normal law in equilibrium, by quadrature.
test.each([
  [0.1, 0.99749],
  [0.5, 0.9719],
  [1, 0.9207],
  [2, 0.7833],
])('mean acceptance of a Gaussian at ε·a = %d', async (epsilon, exact) => {
  let [sum, count] = [0, 0]
  const walk = toyWalk(quadratic([1]), 1)
  const stream = new RandomStream('00000000000000e5', 'noise')
  const chain = new MalaChain({ ...walk, stream, dynamics: { nbeta: 1, gamma: 0, epsilon } })
  for (let step = 0; step < 20_000; step++) {
    const { acceptance = 0 } = await chain.advance(step)
    if (step < 100) continue
    sum += acceptance
    count++
  }
  // An acceptance scatters by about 1 − its mean, over at least 20,000·ε/8 independent places.
  expect(Math.abs(sum / count - exact)).toBeLessThan((4 * (1 - exact)) / Math.sqrt((20_000 * epsilon) / 8))
})

test('the law is exact at a step size where SGLD is a third too hot', async () => {
  const dynamics = { nbeta: 10, gamma: 0, epsilon: 0.1 }
  const found = await overChains(
    { chains: 16, steps: 4000 },
    (stream) => new MalaChain({ ...toyWalk(quadratic([1]), 1), stream, dynamics }),
    (loss) => 10 * loss,
  )
  expect(Math.abs(found.mean - 0.5)).toBeLessThan(4 * found.error)
  expect(found.error).toBeLessThan(0.02)
})

test.each([
  ['w1²w2²', rankOne(1), 2, 0.290274, 0.1],
  ['w⁴', power(4), 1, 0.2249, 0.08],
] as const)('E[nβ·L] of %s at nβ 10', async (...[_, toy, size, exact, epsilon]) => {
  const dynamics = { nbeta: 10, gamma: 1, epsilon }
  const found = await overChains(
    { chains: 16, steps: 6000 },
    (stream) => new MalaChain({ ...toyWalk(toy, size), stream, dynamics }),
    (loss) => 10 * loss,
  )
  expect(Math.abs(found.mean - exact)).toBeLessThan(4 * found.error)
  expect(found.error / exact).toBeLessThan(0.03)
})

test('outside its box nothing is accepted: a flat loss fills it evenly', async () => {
  const walk = toyWalk((_, g) => g.fill(0).length * 0, 1)
  walk.arrays.start.fill(0.5)
  walk.arrays.weights.fill(0.5)
  const stream = new RandomStream('00000000000000e6', 'noise')
  const chain = new MalaChain({ ...walk, stream, boundingBox: 0.5, dynamics: { nbeta: 1, gamma: 0, epsilon: 0.3 } })
  let [sum, squares] = [0, 0]
  for (let step = 0; step < 40_000; step++) {
    await chain.advance(step)
    sum += walk.arrays.weights[0]!
    squares += walk.arrays.weights[0]! ** 2
  }
  const mean = sum / 40_000
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02) // .29 over some 4000 independent places: four standard errors
  expect(Math.abs(squares / 40_000 - mean ** 2 - 1 / 12)).toBeLessThan(0.005)
})
