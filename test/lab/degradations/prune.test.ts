import { expect, test } from 'vitest'
import { pruneWeights } from '../../../src/lab/degradations/prune.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'

const pruned = (options: Parameters<typeof pruneWeights>[1]): number[] => {
  const shapes = new Map([
    ['a', [2, 2]],
    ['b', [2, 2]],
    ['v', [2]],
  ] as const)
  const weights = makeWeights(shapes, Float32Array.of(1, -2, 3, -4, 10, 20, -30, 40, 0.5, 0.25))
  pruneWeights(weights, options)
  return Array.from(weights.flat)
}

test('half of each matrix, vectors untouched', () => {
  expect(pruned({ sparsity: 0.5, scope: 'matrix' })).toEqual([0, 0, 3, -4, 0, 0, -30, 40, 0.5, 0.25])
})
test('half of all matrices together', () => {
  expect(pruned({ sparsity: 0.5, scope: 'global' })).toEqual([0, 0, 0, 0, 10, 20, -30, 40, 0.5, 0.25])
})
test('none and all', () => {
  expect(pruned({ sparsity: 0, scope: 'matrix' })).toContain(1)
  expect(pruned({ sparsity: 1, scope: 'global' })).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.25])
})
test('among equal magnitudes exactly the fraction goes', () => {
  const weights = makeWeights(new Map([['a', [2, 2]]] as const), Float32Array.of(1, 1, -1, 1))
  pruneWeights(weights, { sparsity: 0.5, scope: 'matrix' })
  expect(Array.from(weights.flat).filter((value) => value === 0)).toHaveLength(2)
})

test('the same weights as sorting says, of many over several matrices, ties and zeros among them', () => {
  let state = 12345
  const random = (): number => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31
  const values = Float32Array.from({ length: 6000 }, (_, i) =>
    i % 7 === 0 ? 0.25 : i % 11 === 0 ? 0 : (random() - 0.5) * 10 ** (6 * random() - 3),
  )
  for (const sparsity of [0.01, 0.1, 0.3, 0.5, 0.77, 0.999]) {
    const weights = makeWeights(
      new Map([
        ['a', [20, 100]],
        ['b', [50, 80]],
      ]),
      values.slice(),
    )
    pruneWeights(weights, { sparsity, scope: 'global' })
    const order = Array.from(values.keys()).sort((i, j) => Math.abs(values[i]!) - Math.abs(values[j]!) || i - j)
    const gone = new Set(order.slice(0, Math.round(sparsity * values.length)))
    expect(Array.from(weights.flat)).toEqual(Array.from(values, (value, i) => (gone.has(i) ? 0 : value)))
  }
})
