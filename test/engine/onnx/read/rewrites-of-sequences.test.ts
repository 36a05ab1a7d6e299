import { expect, test } from 'vitest'
import { parseOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { differenceFrom } from './beside-onnxruntime.ts'
import type { NodeSketch } from './onnx-file.ts'
import { int64s, onnxFile } from './onnx-file.ts'

const split = (attributes: NodeSketch['attributes'], ...sizes: string[]): NodeSketch => ({
  op: 'SplitToSequence',
  in: ['x', ...sizes],
  out: ['s'],
  attributes: attributes ?? {},
})
const at = (index: string): NodeSketch => ({ op: 'SequenceAt', in: ['s', index] })
const constants = [int64s('two', [2], []), int64s('sizes', [1, 3]), int64s('last', [-1], []), int64s('first', [0], [])]

test.each<[string, NodeSketch[], number[]]>([
  ['parts of one size, the last one smaller', [split({ axis: 1 }, 'two'), at('last')], [2, 1, 4]],
  ['parts of sizes', [split({ axis: -1 }, 'sizes'), at('last')], [2, 5, 3]],
  ['parts of size one', [split({ axis: 0 }), at('first')], [1, 5, 4]],
  ['parts without their axis', [split({ axis: 1, keepdims: 0 }), at('last')], [2, 4]],
  [
    'values put together',
    [
      { op: 'Neg', in: ['x'], out: ['z'] },
      { op: 'SequenceConstruct', in: ['x', 'z'], out: ['s'] },
      { op: 'ConcatFromSequence', in: ['s'], attributes: { axis: 1 } },
    ],
    [2, 10, 4],
  ],
  [
    'parts stacked',
    [split({ axis: 1, keepdims: 0 }), { op: 'ConcatFromSequence', in: ['s'], attributes: { axis: 0, new_axis: 1 } }],
    [5, 2, 4],
  ],
])('a sequence of %s is the values themselves', async (_, nodes, shape) => {
  const outputs = { y: [1] as const }
  const bytes = onnxFile({ inputs: { x: [1, [2, 5, 4]] }, outputs, initializers: constants, nodes })
  const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'sequence.onnx'))
  expect(difference).toBe(0)
  expect(graph.types.get('y')!.shape).toEqual(shape)
  expect(graph.nodes.filter(({ op }) => op.includes('Sequence'))).toEqual([])
})

test('a sequence of more parts than anyone reads is not taken apart', () => {
  const nodes = [split({ axis: 1 }), at('first')]
  const outputs = { y: [1] as const }
  const file = onnxFile({ inputs: { x: [1, [1, 2 ** 30]] }, outputs, initializers: constants, nodes })
  expect(parseOnnx(file, 'sequence.onnx').graph().nodes).toHaveLength(2)
})

test('a sequence whose part is chosen when it runs is left to the runtime', async () => {
  const nodes = [split({ axis: 1 }), { op: 'SequenceAt', in: ['s', 'i'] }]
  const bytes = onnxFile({ inputs: { x: [1, [2, 5, 4]], i: [7, []] }, outputs: { y: [1] }, nodes })
  const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'sequence.onnx'))
  expect(difference).toBe(0)
  expect(graph.nodes.map(({ op }) => op)).toEqual(['SplitToSequence', 'SequenceAt'])
})
