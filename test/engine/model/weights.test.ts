import { expect, test } from 'vitest'
import { makeWeights } from '../../../src/engine/model/weights.ts'

test('weights lie side by side, in the order of their shapes', () => {
  const { flat, tensors } = makeWeights(
    new Map([
      ['a', [2, 3]],
      ['b', [4]],
    ]),
  )
  flat.forEach((_, i) => (flat[i] = i))
  expect(tensors.get('b')).toEqual({ type: 'float32', shape: [4], data: Float32Array.of(6, 7, 8, 9) })
})

test('more than a machine can hold is one clear error', () => {
  expect(() => makeWeights(new Map([['a', [1e7, 1e7]]]))).toThrow(
    'the network has 100000000000000 parameters, more than this machine can hold',
  )
})
