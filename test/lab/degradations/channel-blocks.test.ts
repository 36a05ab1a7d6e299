import { expect, test } from 'vitest'
import { GraphBuilder, int, ints, type Value } from '../../../src/engine/onnx/builder.ts'
import type { Attributes } from '../../../src/engine/onnx/graph.ts'
import { channelBlocks } from '../../../src/lab/degradations/channel-blocks.ts'

/** Blocks of the weight w of this shape in a graph that reads it as `use` says. */
function blocks(shape: readonly number[], use: (g: GraphBuilder, w: Value) => Value): readonly number[] | undefined {
  const g = new GraphBuilder('test')
  const w = g.input('w', 'float32', shape)
  return channelBlocks(g.build([use(g, w)]), ['w']).get('w')
}
const x = (g: GraphBuilder, ...shape: number[]): Value => g.input('x', 'float32', shape)

test('a matrix product: the axis that is not summed over', () => {
  expect(blocks([3, 5], (g, w) => g.add('MatMul', [x(g, 2, 3), w]))).toEqual([1, 5])
  expect(blocks([2, 3], (g, w) => g.add('MatMul', [w, x(g, 3, 5)]))).toEqual([2, 1])
  // A matrix for each head: each column of each head.
  expect(blocks([4, 3, 5], (g, w) => g.add('MatMul', [x(g, 2, 3), w]))).toEqual([4, 1, 5])
})
test('Gemm, transposed or not, on either side', () => {
  const gemm = (shape: readonly number[], other: readonly number[], attributes: Attributes) =>
    blocks(shape, (g, w) => g.add('Gemm', [x(g, ...other), w], { attributes }))
  expect(gemm([3, 5], [2, 3], {})).toEqual([1, 5])
  expect(gemm([5, 3], [2, 3], { transB: int(1) })).toEqual([5, 1])
  expect(gemm([3, 5], [3, 2], { transA: int(1) })).toEqual([1, 5])
  expect(blocks([2, 3], (g, w) => g.add('Gemm', [w, x(g, 3, 5)]))).toEqual([2, 1])
  expect(blocks([3, 2], (g, w) => g.add('Gemm', [w, x(g, 3, 5)], { attributes: { transA: int(1) } }))).toEqual([1, 2])
})
test('convolutions: each filter, in groups too', () => {
  expect(blocks([6, 4, 3, 3], (g, w) => g.add('Conv', [x(g, 1, 4, 8, 8), w]))).toEqual([6, 1, 1, 1])
  expect(
    blocks([6, 2, 3, 3], (g, w) => g.add('Conv', [x(g, 1, 4, 8, 8), w], { attributes: { group: int(2) } })),
  ).toEqual([6, 1, 1, 1])
  expect(blocks([4, 6, 3], (g, w) => g.add('ConvTranspose', [x(g, 1, 4, 8), w]))).toEqual([1, 6, 1])
  // Output channels of a transposed convolution are counted within their group of inputs.
  expect(
    blocks([4, 3, 3], (g, w) => g.add('ConvTranspose', [x(g, 1, 4, 8), w], { attributes: { group: int(2) } })),
  ).toEqual([2, 3, 1])
})
test('Einsum: the axes that stay', () => {
  const equation = { equation: { string: 'bi,hio->bho' } }
  expect(blocks([4, 3, 5], (g, w) => g.add('Einsum', [x(g, 2, 3), w], { attributes: equation }))).toEqual([4, 1, 5])
})
test('through transposes, reshapes, casts and splits of the weight', () => {
  expect(
    blocks([5, 3], (g, w) =>
      g.add('MatMul', [x(g, 2, 3), g.add('Transpose', [w], { attributes: { perm: ints([1, 0]) } })]),
    ),
  ).toEqual([5, 1])
  // [heads, width, out] merged to [heads · width, out], and [in, heads, width] to [in, heads · width].
  expect(blocks([2, 3, 7], (g, w) => g.add('MatMul', [x(g, 1, 6), g.add('Reshape', [w, g.ints([6, 7])])]))).toEqual([
    1, 1, 7,
  ])
  expect(blocks([7, 2, 3], (g, w) => g.add('MatMul', [x(g, 1, 7), g.add('Reshape', [w, g.ints([7, 6])])]))).toEqual([
    1, 2, 3,
  ])
  expect(
    blocks([3, 6], (g, w) => {
      const [first] = g.addMany('Split', [w, g.ints([2, 4])], { attributes: { axis: int(1) }, outputs: 2 })
      return g.add('MatMul', [x(g, 2, 3), first!])
    }),
  ).toEqual([1, 6])
})
test('an embedding: each row, also where it unembeds; what is cut from a table of positions too', () => {
  const tokens = (g: GraphBuilder) => g.input('tokens', 'int64', [2])
  expect(blocks([9, 4], (g, w) => g.add('Gather', [w, tokens(g)]))).toEqual([9, 1])
  expect(
    blocks([9, 4], (g, w) => g.add('Gemm', [g.add('Gather', [w, tokens(g)]), w], { attributes: { transB: int(1) } })),
  ).toEqual([9, 1])
  expect(
    blocks([9, 4], (g, w) => g.add('Add', [x(g, 2, 4), g.add('Slice', [w, g.ints([0]), g.ints([2]), g.ints([0])])])),
  ).toEqual([9, 1])
})
test('what is only added or multiplied elementwise has no channels, and neither has a vector', () => {
  expect(
    blocks([3, 1], (g, w) => g.add('MatMul', [g.add('Add', [x(g, 3, 3), w]), g.input('y', 'float32', [3, 3])])),
  ).toBe(undefined)
  expect(blocks([3], (g, w) => g.add('MatMul', [x(g, 2, 3), w]))).toBe(undefined)
})
