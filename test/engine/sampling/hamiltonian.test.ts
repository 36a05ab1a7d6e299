import { describe, expect, test } from 'vitest'
import { LangevinChain } from '../../../src/engine/sampling/chain.ts'
import { HamiltonianChain } from '../../../src/engine/sampling/hamiltonian.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import type { Walk } from '../../../src/engine/sampling/walk.ts'
import { quadratic, toyWalk } from './toys.ts'

const size = 2000
/** Mean square of the weights times the a = nβ + γ that they should have it inverse to, L = ½‖w‖² with noise of the gradient. */
async function heat(
  make: (options: ReturnType<typeof toyWalk> & { stream: RandomStream }) => Walk,
  { a, gradientNoise = 0, steps = 1500 }: { a: number; gradientNoise?: number; steps?: number },
): Promise<number> {
  const walk = toyWalk(quadratic([1]), size)
  const shaken = new RandomStream('00000000000000d1', 'other')
  const kicks = new Float32Array(size)
  const evaluate = async (step: number): Promise<number> => {
    const loss = await walk.evaluate(step)
    if (gradientNoise > 0) {
      shaken.normals(step, kicks)
      for (let i = 0; i < size; i++) walk.arrays.gradient[i]! += gradientNoise * kicks[i]!
    }
    return loss
  }
  const chain = make({ ...walk, evaluate, stream: new RandomStream('00000000000000d2', 'noise') })
  let [sum, count] = [0, 0]
  for (let step = 0; step < steps; step++) {
    await chain.advance(step)
    if (step < steps / 3 || step % 10 !== 0) continue
    sum += walk.arrays.weights.reduce((total, w) => total + w * w, 0) / size
    count++
  }
  return (a * sum) / count
}
/**
 * Four standard errors: 2000 independent directions give √(2/2000) = .032 each time; the energy of a direction is forgotten
 * at a rate of 1 − c a step where the friction is weak, and the mean is over 1000 steps, looked at every 10.
 */
const chance = (momentum: number): number => (4 * 0.032) / Math.sqrt(Math.min(100, 1000 * (1 - momentum)))

describe.each([0.5, 0.9])('momentum %f', (momentum) => {
  test.each([
    [0.1, false],
    [2, false],
    [0.1, true],
  ])('on a quadratic loss at ε·a = %f the law of the weights is exact (thermostat %s)', async (ea, thermostat) => {
    const dynamics = { nbeta: 99, gamma: 1, epsilon: ea / 100 }
    const found = await heat((options) => new HamiltonianChain({ ...options, dynamics, momentum, thermostat }), {
      a: 100,
    })
    expect(Math.abs(found - 1)).toBeLessThan(chance(momentum))
  })
})

test('SGLD at the same step size is too hot by 1/(1 − εa/4)', async () => {
  const dynamics = { nbeta: 99, gamma: 1, epsilon: 0.02 }
  const found = await heat((options) => new LangevinChain({ ...options, dynamics }), { a: 100 })
  expect(Math.abs(found - 2)).toBeLessThan(2 * chance(0.9))
})

test('noise of the gradient heats SGHMC by what it must, and not SGNHT', async () => {
  const dynamics = { nbeta: 99, gamma: 1, epsilon: 1e-3 }
  const options = { a: 100, gradientNoise: 0.05, steps: 3000 }
  const run = (thermostat: boolean) =>
    heat((walk) => new HamiltonianChain({ ...walk, dynamics, momentum: 0.9, thermostat }), options)
  // Kicks of variance (h·nβ·σ)² a step beside the friction's own 1 − c²: T = 1 + (h nβ σ)²/(1 − c²), to first order in h.
  const kick = dynamics.epsilon * (99 * 0.05) ** 2
  const expected = 1 + kick / (1 - 0.9 ** 2)
  expect(expected).toBeGreaterThan(1.1)
  expect(Math.abs((await run(false)) / expected - 1)).toBeLessThan(0.03) // the next order in h
  expect(Math.abs((await run(true)) - 1)).toBeLessThan(0.02)
})

test('a thermostat needs a momentum, and a momentum must be a share', () => {
  const make = (momentum: number, thermostat: boolean) => () =>
    new HamiltonianChain({
      ...toyWalk(quadratic([1]), 2),
      stream: new RandomStream('00000000000000d3', 'noise'),
      dynamics: { nbeta: 1, gamma: 1, epsilon: 0.1 },
      momentum,
      thermostat,
    })
  expect(make(1, false)).toThrow(/momentum is 1/)
  expect(make(0, true)).toThrow(/needs a momentum/)
  expect(make(0, false)).not.toThrow()
})
