import { expect, test } from 'vitest'
import { LangevinChain } from '../../../src/engine/sampling/chain.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import type { Evaluate } from '../../../src/engine/sampling/walk.ts'
import { fromTemperature, relaxationSteps, SgldArrays } from '../../../src/engine/sampling/sgld.ts'

/** L(w) = ½ Σ hᵢ wᵢ², whose posterior and whose discretized chain are both known exactly. */
function quadratic(h: readonly number[], copies: number): { arrays: SgldArrays; evaluate: Evaluate } {
  const size = h.length * copies
  const arrays = new SgldArrays(size)
  const { weights, gradient } = arrays
  const evaluate = (): Promise<number> => {
    let loss = 0
    for (let i = 0; i < size; i++) {
      gradient[i] = h[i % h.length]! * weights[i]!
      loss += (h[i % h.length]! * weights[i]! ** 2) / 2 / copies
    }
    return Promise.resolve(loss)
  }
  return { arrays, evaluate }
}

test('the mean of nβ·L is that of the discretized chain, ½ Σ nβ·h / (a(1 − εa/4)), a = nβ·h + γ', async () => {
  const h = [0.01, 0.1, 1, 10]
  const dynamics = { nbeta: 100, gamma: 1, epsilon: 5e-4 }
  const copies = 4096
  const objective = quadratic(h, copies)
  const { weights } = objective.arrays
  const chain = new LangevinChain({
    ...objective,
    dynamics,
    stream: new RandomStream('00000000000000c1', 'noise'),
    divergesAbove: 1e6,
  })
  // Many independent copies at once; slow directions start at their stationary law, so no burn-in is needed.
  new RandomStream('00000000000000c2', 'init').normals(0, weights)
  const variance = h.map((each) => {
    const a = dynamics.nbeta * each + dynamics.gamma
    return 1 / (a * (1 - (dynamics.epsilon * a) / 4))
  })
  for (let i = 0; i < weights.length; i++) weights[i]! *= Math.sqrt(variance[i % h.length]!)
  let sum = 0
  const steps = 400
  for (let step = 0; step < steps; step++) sum += (await chain.advance(step)).loss
  const exact = h.reduce((total, each, i) => total + (dynamics.nbeta * each * variance[i]!) / 2, 0)
  expect(exact).toBeCloseTo(1.77755, 4)
  // Monte-Carlo error: 4096 independent copies, fast directions average further over steps; the slow ones alone give this.
  const error = Math.sqrt(
    h.reduce((total, each, i) => total + (dynamics.nbeta * each * variance[i]!) ** 2 / 2, 0) / copies,
  )
  expect(Math.abs((dynamics.nbeta * sum) / steps - exact)).toBeLessThan(4 * error)
  expect(error / exact).toBeLessThan(0.02)
})

test('a chain that goes on from saved weights gives the same bits', async () => {
  const run = async (pauseAt: number | undefined): Promise<Float32Array> => {
    let objective = quadratic([1, 5], 50)
    objective.arrays.weights.fill(0.3)
    const make = () =>
      new LangevinChain({
        ...objective,
        dynamics: fromTemperature({ eta: 0.05, kappa: 1, nbeta: 200 }),
        stream: new RandomStream('00000000000000c3', 'noise'),
        divergesAbove: 1e6,
      })
    let chain = make()
    for (let step = 0; step < 60; step++) {
      if (step === pauseAt) {
        const saved = objective.arrays.weights.slice()
        objective = quadratic([1, 5], 50)
        objective.arrays.weights.set(saved)
        chain = make()
      }
      await chain.advance(step)
    }
    return objective.arrays.weights
  }
  expect(await run(37)).toEqual(await run(undefined))
})

test('a chain past the stability limit diverges and says so, weights kept', async () => {
  const objective = quadratic([100], 10)
  objective.arrays.weights.fill(1)
  const dynamics = fromTemperature({ eta: 0.05, kappa: 1, nbeta: 10 }) // η·h = 5 > 4
  const chain = new LangevinChain({
    ...objective,
    dynamics,
    stream: new RandomStream('00000000000000c4', 'noise'),
    divergesAbove: 1e4,
  })
  let diverged = false
  for (let step = 0; step < 200 && !diverged; step++) ({ diverged } = await chain.advance(step))
  expect(diverged).toBe(true)
  expect(objective.arrays.weights.every(Number.isFinite)).toBe(true)
})

test('both ways to write the dynamics are the same step', () => {
  const { epsilon, gamma } = fromTemperature({ eta: 0.015, kappa: 1 / 3, nbeta: 3000 })
  expect(epsilon).toBeCloseTo(5e-6, 12)
  expect(gamma).toBeCloseTo(1000, 9)
  expect(relaxationSteps({ epsilon, gamma, nbeta: 3000 })).toBeCloseTo(400, 9)
})
