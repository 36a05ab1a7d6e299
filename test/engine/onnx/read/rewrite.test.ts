import { describe, expect, test } from 'vitest'
import { parseOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { ModelError } from '../../../../src/engine/model/config-fields.ts'
import { differenceFrom } from './beside-onnxruntime.ts'
import type { FileSketch, NodeSketch, ValueSketch } from './onnx-file.ts'
import { floats, int64s, onnxFile } from './onnx-file.ts'

const x: ValueSketch = [1, [2, 3, 4]]
const image: ValueSketch = [1, [1, 4, 5, 6]]
const one = (opset: number, node: NodeSketch, more: Partial<FileSketch> = {}): FileSketch => ({
  opset,
  inputs: { x },
  outputs: { y: [1] },
  nodes: [{ in: ['x'], ...node }],
  ...more,
})
const four = [0, 1, 2, 3].map((at) => at / 4 + 0.1)

/** Every form that changed between operator sets 7 and 21: its old way of saying it, and what it becomes. */
const cases: readonly [string, FileSketch, string][] = [
  [
    'Squeeze by attribute',
    one(11, { op: 'Squeeze', attributes: { axes: [0] } }, { inputs: { x: [1, [1, 3]] } }),
    'Squeeze',
  ],
  ['Squeeze of all', one(13, { op: 'Squeeze' }, { inputs: { x: [1, [1, 3, 1]] } }), 'Squeeze'],
  ['Unsqueeze by attribute', one(11, { op: 'Unsqueeze', attributes: { axes: [0, 2] } }), 'Unsqueeze'],
  ['ReduceSum by attribute', one(11, { op: 'ReduceSum', attributes: { axes: [1], keepdims: 0 } }), 'ReduceSum'],
  ['ReduceMean by attribute', one(13, { op: 'ReduceMean', attributes: { axes: [-1] } }), 'ReduceMean'],
  ['ReduceL2 by attribute', one(17, { op: 'ReduceL2', attributes: { axes: [0, 2] } }), 'ReduceL2'],
  ['ReduceMax of all', one(11, { op: 'ReduceMax' }), 'ReduceMax'],
  [
    'Split by attribute',
    one(11, { op: 'Split', out: ['y', 'z'], attributes: { axis: 2, split: [1, 3] } }, { outputs: { y: [1], z: [1] } }),
    'Split',
  ],
  ['Split in equal parts', one(11, { op: 'Split', out: ['y', 'z'], attributes: { axis: 2 } }), 'Split'],
  [
    'Split by count',
    one(18, { op: 'Split', out: ['y', 'z'], attributes: { axis: 1, num_outputs: 2 } }, { outputs: { y: [1], z: [1] } }),
    'Split',
  ],
  [
    'Slice by attributes',
    one(9, { op: 'Slice', attributes: { starts: [1], ends: ['9223372036854775807'], axes: [2] } }),
    'Slice',
  ],
  ['Slice from the back', one(7, { op: 'Slice', attributes: { starts: [0, -2], ends: [1, 100] } }), 'Slice'],
  ['Pad by attributes', one(10, { op: 'Pad', attributes: { pads: [0, 1, 0, 0, 0, 2], value: { f: 3 } } }), 'Pad'],
  ['Pad by reflection', one(7, { op: 'Pad', attributes: { mode: 'reflect', pads: [0, 1, 1, 0, 0, 0] } }), 'Pad'],
  ['Clip by attributes', one(7, { op: 'Clip', attributes: { min: { f: -0.2 }, max: { f: 0.3 } } }), 'Clip'],
  ['Clip from below', one(10, { op: 'Clip', attributes: { min: { f: -0.2 } } }), 'Clip'],
  [
    'TopK by attribute',
    one(9, { op: 'TopK', out: ['y', 'i'], attributes: { k: 2 } }, { outputs: { y: [1], i: [7] } }),
    'TopK',
  ],
  ['Dropout of old', one(7, { op: 'Dropout', attributes: { ratio: { f: 0.9 } } }), 'Identity'],
  ['Dropout', one(13, { op: 'Dropout' }), 'Identity'],
  [
    'Dropout that trains and drops nothing',
    one(
      13,
      { op: 'Dropout', in: ['x', 'r', 't'] },
      {
        initializers: [
          { name: 'r', dataType: 1, floatData: [0] },
          { name: 't', dataType: 9, int32Data: [1] },
        ],
      },
    ),
    'Identity',
  ],
  ['Dropout with its mask', one(12, { op: 'Dropout', out: ['y', 'm'] }, { outputs: { y: [1], m: [9] } }), 'Identity'],
  ['Softmax over the rest', one(11, { op: 'Softmax' }), 'Reshape'],
  ['Softmax over the last', one(11, { op: 'Softmax', attributes: { axis: -1 } }), 'Softmax'],
  ['LogSoftmax over all', one(7, { op: 'LogSoftmax', attributes: { axis: 0 } }), 'Reshape'],
  ['Softmax of now', one(13, { op: 'Softmax', attributes: { axis: 1 } }), 'Softmax'],
  ['Sum of three', one(8, { op: 'Sum', in: ['x', 'x', 'x'] }), 'Add'],
  ['Sum of one', one(13, { op: 'Sum' }), 'Identity'],
  ['Mean of three', one(8, { op: 'Mean', in: ['x', 'x', 'x'] }), 'Add'],
  ['Max of three', one(12, { op: 'Max', in: ['x', 'h', 'x'] }, { initializers: [floats('h', [4], four)] }), 'Max'],
  ['Min of two', one(8, { op: 'Min', in: ['x', 'h'] }, { initializers: [floats('h', [4], four)] }), 'Min'],
  ...(['nearest', 'linear'] as const).flatMap((mode): [string, FileSketch, string][] => [
    [
      `Upsample 7, ${mode}`,
      one(7, { op: 'Upsample', attributes: { mode, scales: { floats: [1, 1, 2, 2] } } }, { inputs: { x: image } }),
      'Resize',
    ],
    [
      `Upsample 9, ${mode}`,
      one(
        9,
        { op: 'Upsample', in: ['x', 's'], attributes: { mode } },
        { inputs: { x: image }, initializers: [floats('s', [4], [1, 1, 2, 3])] },
      ),
      'Resize',
    ],
    [
      `Resize 10, ${mode}`,
      one(
        10,
        { op: 'Resize', in: ['x', 's'], attributes: { mode } },
        { inputs: { x: image }, initializers: [floats('s', [4], [1, 1, 2, 0.5])] },
      ),
      'Resize',
    ],
  ]),
  [
    'BatchNormalization 7',
    one(
      7,
      { op: 'BatchNormalization', in: ['x', 's', 'b', 'm', 'v'], attributes: { epsilon: { f: 0.01 } } },
      {
        inputs: { x: image },
        initializers: ['s', 'b', 'm', 'v'].map((name) => floats(name, [4], four)),
      },
    ),
    'BatchNormalization',
  ],
  [
    'Scatter',
    one(
      10,
      { op: 'Scatter', in: ['x', 'i', 'x'], attributes: { axis: 2 } },
      {
        initializers: [
          int64s(
            'i',
            Array.from({ length: 24 }, (_, i) => 3 - (i % 4)),
            [2, 3, 4],
          ),
        ],
      },
    ),
    'ScatterElements',
  ],
  [
    'CastLike',
    one(17, { op: 'CastLike', in: ['x', 'i'], out: ['y'] }, { outputs: { y: [7] }, initializers: [int64s('i', [1])] }),
    'Cast',
  ],
  ...(['SAME_UPPER', 'SAME_LOWER', 'VALID'] as const).flatMap((mode): [string, FileSketch, string][] => [
    [
      `Conv ${mode}`,
      one(
        8,
        { op: 'Conv', in: ['x', 'w'], attributes: { auto_pad: mode, strides: [2, 1], kernel_shape: [3, 2] } },
        {
          inputs: { x: image },
          initializers: [
            floats(
              'w',
              [1, 4, 3, 2],
              Array.from({ length: 24 }, (_, i) => i / 24 - 0.4),
            ),
          ],
        },
      ),
      'Conv',
    ],
    [
      `MaxPool ${mode}`,
      one(
        8,
        { op: 'MaxPool', attributes: { auto_pad: mode, strides: [2, 2], kernel_shape: [3, 2] } },
        { inputs: { x: image } },
      ),
      'MaxPool',
    ],
    [
      `AveragePool ${mode}`,
      one(
        7,
        { op: 'AveragePool', attributes: { auto_pad: mode, strides: [2, 2], kernel_shape: [3, 2] } },
        { inputs: { x: image } },
      ),
      'AveragePool',
    ],
  ]),
  [
    'GroupNormalization by group',
    one(
      18,
      { op: 'GroupNormalization', in: ['x', 's', 'b'], attributes: { num_groups: 2 } },
      {
        inputs: { x: image },
        initializers: [floats('s', [2], [2, -1]), floats('b', [2], [0.5, 0.25])],
      },
    ),
    'Reshape',
  ],
  [
    'GroupNormalization by channel',
    one(
      21,
      { op: 'GroupNormalization', in: ['x', 's', 'b'], attributes: { num_groups: 2 } },
      {
        inputs: { x: image },
        initializers: [floats('s', [4], four), floats('b', [4], four)],
      },
    ),
    'Reshape',
  ],
]

describe('an older form becomes the modern one and gives what it gave', () => {
  test.each(cases)('%s', async (_, sketch, op) => {
    const bytes = onnxFile(sketch)
    const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'old.onnx'))
    expect(graph.nodes[0]!.op).toBe(op)
    expect(graph.nodes.some(({ attributes }) => 'axes' in attributes || 'auto_pad' in attributes)).toBe(false)
    // The same kernels on the same numbers; where another kernel runs, or a formula is written out, sums round otherwise.
    expect(difference).toBeLessThanOrEqual(['Reshape', 'Add', 'AveragePool'].includes(op) ? 1e-6 : 0)
  })
})

test.each<[string, FileSketch, RegExp]>([
  [
    'BatchNormalization over places',
    one(7, { op: 'BatchNormalization', name: 'bn', in: ['x', 'x', 'x', 'x', 'x'], attributes: { spatial: 0 } }),
    /m\.onnx: node "bn" \(BatchNormalization\): spatial = 0 is not supported/,
  ],
  ['Scan of 8', one(8, { op: 'Scan' }), /node "y" \(Scan\): Scan of operator set 8/],
  ['a Slice without ends', one(9, { op: 'Slice', attributes: { starts: [0] } }), /node "y" \(Slice\): it has no ends/],
  ['a node without inputs', one(9, { op: 'Softmax', in: [] }), /node "y" \(Softmax\): it has no inputs/],
  ['an input too few', one(17, { op: 'MatMul' }), /node "y" \(MatMul\): its input 1 is missing/],
  ['an input too many', one(17, { op: 'Relu', in: ['x', 'x'] }), /\(Relu\): it has 2 inputs and takes at most 1/],
  ['an output too many', one(17, { op: 'Max', out: ['y', 'z'] }), /\(Max\): its operator has no output for "z"/],
  ['shapes that do not fit', one(17, { op: 'MatMul', in: ['x', 'x'] }), /m\.onnx: .*"y" \(MatMul\)/],
])('%s is refused by name', (_, sketch, message) => {
  const graph = (): unknown => parseOnnx(onnxFile(sketch), 'm.onnx').graph()
  expect(graph).toThrow(ModelError)
  expect(graph).toThrow(message)
})
