import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { RmspropSgldChain } from '../../../src/engine/sampling/rmsprop-sgld.ts'
import { SgldArrays } from '../../../src/engine/sampling/sgld.ts'
import { quadratic, toyWalk } from './toys.ts'

test('two steps agree with the formula, the second moment carried over', async () => {
  const arrays = new SgldArrays(3)
  const stream = new RandomStream('00000000000000b7', 'noise')
  const slopes = [
    [0.3, -0.1, 2],
    [0.2, 0.4, -1],
  ]
  const chain = new RmspropSgldChain({
    arrays,
    stream,
    alpha: 0.9,
    stability: 0.1,
    dynamics: { epsilon: 1e-2, nbeta: 20, gamma: 3 },
    divergesAbove: 1,
    evaluate: (step) => {
      arrays.gradient.set(slopes[step]!)
      return Promise.resolve(0)
    },
  })
  arrays.weights.set([1, -2, 0.5])
  arrays.start.set([0.9, -2, 0])
  const wanted = Array.from(arrays.weights)
  const second = [0, 0, 0]
  for (const [step, each] of slopes.entries()) {
    const noise = new Float32Array(3)
    stream.normals(step, noise)
    await chain.advance(step)
    each.forEach((g, i) => {
      second[i] = 0.9 * second[i]! + 0.1 * g * g
      const scale = 1 / (Math.sqrt(second[i]) + 0.1)
      const drift = 20 * g + 3 * (wanted[i]! - arrays.start[i]!)
      wanted[i]! += -0.005 * scale * drift + Math.sqrt(0.01 * scale) * noise[i]!
    })
  }
  wanted.forEach((w, i) => {
    expect(arrays.weights[i]).toBeCloseTo(w, 4)
  })
})

test('equal curvature in all directions leaves the posterior as it is', async () => {
  // L = ½‖w‖², G nearly constant at this decay: the variance of a coordinate is 1/(nβ + γ).
  const size = 20_000
  const walk = toyWalk(quadratic([1]), size)
  const chain = new RmspropSgldChain({
    ...walk,
    stream: new RandomStream('00000000000000b8', 'noise'),
    alpha: 0.999,
    stability: 1,
    dynamics: { epsilon: 2e-3, nbeta: 50, gamma: 1 },
  })
  for (let step = 0; step < 400; step++) await chain.advance(step)
  const variance = walk.arrays.weights.reduce((sum, w) => sum + w * w, 0) / size
  expect(Math.abs(variance * 51 - 1)).toBeLessThan(0.06) // ε·a/4 = .026 of discretization, 4 · .01 of chance
})
