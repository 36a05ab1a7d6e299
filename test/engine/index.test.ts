import { expect, test } from 'vitest'
import { GraphBuilder, gradient, MalaChain, openSession, RandomStream, SgldArrays } from '../../src/engine/index.ts'

test('a gradient from a few lines: d/dx Σ x² = 2x', async () => {
  const g = new GraphBuilder('square')
  const x = g.input('x', 'float32', [3])
  const loss = g.add('ReduceSum', [g.add('Mul', [x, x])], { as: 'loss', attributes: { keepdims: { int: 0 } } })
  const { graph, gradients } = gradient(g.build([loss]), 'loss', ['x'])
  const session = await openSession(graph, { threads: 1 })
  const results = await session.run({ x: { type: 'float32', shape: [3], data: Float32Array.of(1, 2, -3) } })
  expect(Array.from(results[gradients[0]!]!.data as Float32Array)).toEqual([2, 4, -6])
  await session.close()
})

test('a chain from a few lines: the mean of ‖w‖² under a unit Gaussian of ten dimensions is ten', async () => {
  const arrays = new SgldArrays(10)
  const { weights, gradient: slope } = arrays
  const chain = new MalaChain({
    arrays,
    evaluate: () => {
      slope.set(weights)
      return Promise.resolve(weights.reduce((sum, value) => sum + value * value, 0) / 2)
    },
    dynamics: { epsilon: 0.5, nbeta: 1, gamma: 1e-9 },
    stream: new RandomStream('00000000000000a1', 'noise'),
    divergesAbove: 1000,
  })
  let sum = 0
  for (let step = 0; step < 20_000; step++) sum += 2 * (await chain.advance(step)).loss
  // Variance 20, integrated time about 4 steps: standard error .06.
  expect(Math.abs(sum / 20_000 - 10)).toBeLessThan(0.3)
})
