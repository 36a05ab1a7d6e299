import { expect, test } from 'vitest'
import { quantizeWeights } from '../../../src/lab/degradations/quantize.ts'
import { hasNanoSort, reference, sortedShare } from './nano-sort.ts'
import { weightsOf } from './weights-of.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'

const values = [0.9, -0.5, 0.1, -0.2, 0.3, 0.05, 1, 0.4, -0.1]
const rounded = (options: Parameters<typeof quantizeWeights>[1]): number[] => {
  const weights = weightsOf(values)
  quantizeWeights(weights, options)
  return Array.from(weights.flat, (value) => Number(value.toFixed(4)) + 0) // no negative zeros
}

test('two bits leave three values, a scale for each tensor', () => {
  expect(rounded({ bits: 2, per: 'tensor', matrices: false })).toEqual([0.9, -0.9, 0, 0, 0, 0, 1, 0, 0])
})
test('three bits leave seven', () => {
  expect(rounded({ bits: 3, per: 'tensor', matrices: false }).slice(0, 6)).toEqual([0.9, -0.6, 0, -0.3, 0.3, 0])
})
test('a scale for each row or column; vectors keep one', () => {
  expect(rounded({ bits: 2, per: 'row', matrices: false })).toEqual([0.9, -0.9, 0, -0.3, 0.3, 0, 1, 0, 0])
  expect(rounded({ bits: 2, per: 'column', matrices: false }).slice(0, 6)).toEqual([0.9, -0.5, 0.1, 0, 0.5, 0.1])
})
test('a scale for each output channel, by the blocks given; a row is the first axis, a column the last', () => {
  // Two filters of one input channel and two taps each, in a transposed convolution of two groups: [in, out, taps].
  const shape = [2, 2, 2]
  const rounded = (options: Parameters<typeof quantizeWeights>[1]): number[] => {
    const weights = makeWeights(new Map([['w', shape]]), Float32Array.of(8, 3, 4, 1, 2, 0.5, 1, 0.75))
    quantizeWeights(weights, options)
    return Array.from(weights.flat)
  }
  const given = { bits: 2, matrices: true }
  const channels = new Map([['w', [2, 2, 1]]])
  expect(rounded({ ...given, per: 'channel', channels })).toEqual([8, 0, 4, 0, 2, 0, 1, 1])
  expect(rounded({ ...given, per: 'channel', channels: new Map() })).toEqual([8, 0, 8, 0, 0, 0, 0, 0])
  expect(rounded({ ...given, per: 'row' })).toEqual([8, 0, 8, 0, 2, 0, 2, 0])
  expect(rounded({ ...given, per: 'column' })).toEqual([8, 3, 8, 0, 0, 0, 0, 0])
})
test('matrices only', () => {
  expect(rounded({ bits: 2, per: 'tensor', matrices: true }).slice(6)).toEqual([1, 0.4, -0.1])
})

test.skipIf(!hasNanoSort)('a real model keeps and loses what the reference table says, from 8 bits to 2', async () => {
  const { quant } = await reference()
  for (const [bits, accuracy] of Object.entries(quant)) {
    const found = await sortedShare((weights) => {
      quantizeWeights(weights, { bits: Number(bits), per: 'tensor', matrices: false })
    })
    // The reference was computed in fp64: an input whose two best logits nearly tie may fall on the other side.
    expect(Math.abs(found - accuracy), `${bits} bits`).toBeLessThan(3 / 729)
  }
})
