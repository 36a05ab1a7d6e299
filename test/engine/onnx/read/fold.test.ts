import { describe, expect, test } from 'vitest'
import { parseOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { differenceFrom } from './beside-onnxruntime.ts'
import type { FileSketch, NodeSketch } from './onnx-file.ts'
import { floats, int64s, onnxFile } from './onnx-file.ts'

const bools = (name: string, values: readonly number[], dims: readonly number[] = [values.length]): object => ({
  name,
  dims,
  dataType: 9,
  int32Data: values,
})
const a = int64s('a', [7, -7, 3, 0, 12, 5], [2, 3])
const b = int64s('b', [2, 2, -2])
const axes = (...values: number[]): object => int64s('axes', values)
const c = bools('c', [1, 0, 1])
const f = floats('const_f', [4], [0.1, -2.5, 3.5, 1e3])

/** Shape computations as exporters write them: nodes on constants, and the type of what comes out. */
const cases: readonly [string, NodeSketch, readonly object[], number][] = [
  ['Add', { op: 'Add', in: ['a', 'b'] }, [a, b], 7],
  ['Sub', { op: 'Sub', in: ['a', 'b'] }, [a, b], 7],
  ['Mul', { op: 'Mul', in: ['a', 'b'] }, [a, b], 7],
  ['Div of whole numbers', { op: 'Div', in: ['a', 'b'] }, [a, b], 7],
  ['Div of others', { op: 'Div', in: ['const_f', 'f2'] }, [f, floats('f2', [], [3])], 1],
  ['Mod', { op: 'Mod', in: ['a', 'b'] }, [a, b], 7],
  ['Mod as in C', { op: 'Mod', in: ['a', 'b'], attributes: { fmod: 1 } }, [a, b], 7],
  ['Max', { op: 'Max', in: ['a', 'b'] }, [a, b], 7],
  ['Min', { op: 'Min', in: ['a', 'b'] }, [a, b], 7],
  ['Neg', { op: 'Neg', in: ['a'] }, [a], 7],
  ['Abs', { op: 'Abs', in: ['a'] }, [a], 7],
  ['Floor', { op: 'Floor', in: ['const_f'] }, [f], 1],
  ['Ceil', { op: 'Ceil', in: ['const_f'] }, [f], 1],
  ['Sqrt', { op: 'Sqrt', in: ['const_s'] }, [floats('const_s', [2], [2, 64])], 1],
  ['Equal', { op: 'Equal', in: ['a', 'b'] }, [a, b], 9],
  ['Less', { op: 'Less', in: ['a', 'b'] }, [a, b], 9],
  ['GreaterOrEqual', { op: 'GreaterOrEqual', in: ['a', 'b'] }, [a, b], 9],
  ['And', { op: 'And', in: ['c', 'd'] }, [c, bools('d', [1, 1, 0])], 9],
  ['Or', { op: 'Or', in: ['c', 'd'] }, [c, bools('d', [0, 0, 1])], 9],
  ['Not', { op: 'Not', in: ['c'] }, [c], 9],
  ['Where', { op: 'Where', in: ['c', 'a', 'b'] }, [a, b, c], 7],
  ['Cast to whole', { op: 'Cast', in: ['const_f'], attributes: { to: 7 } }, [f], 7],
  ['Cast to bool', { op: 'Cast', in: ['a'], attributes: { to: 9 } }, [a], 9],
  ['Cast to float', { op: 'Cast', in: ['a'], attributes: { to: 1 } }, [a], 1],
  ['Reshape with 0 and -1', { op: 'Reshape', in: ['a', 'axes'] }, [a, axes(0, -1, 1)], 7],
  ['Unsqueeze', { op: 'Unsqueeze', in: ['a', 'axes'] }, [a, axes(-1, 0)], 7],
  ['Squeeze', { op: 'Squeeze', in: ['q'] }, [int64s('q', [1, 2], [1, 2, 1])], 7],
  ['Flatten', { op: 'Flatten', in: ['a'], attributes: { axis: -1 } }, [a], 7],
  ['Gather along 0', { op: 'Gather', in: ['a', 'i'] }, [a, int64s('i', [1, -1, 0])], 7],
  [
    'Gather along 1',
    { op: 'Gather', in: ['a', 'i'], attributes: { axis: 1 } },
    [a, int64s('i', [2, 0, 1, 1], [2, 2])],
    7,
  ],
  ['Gather of one', { op: 'Gather', in: ['a', 'i'] }, [a, int64s('i', [1], [])], 7],
  [
    'Slice',
    { op: 'Slice', in: ['a', 's', 'e', 'axes', 'by'] },
    [a, int64s('s', [-1, 0]), int64s('e', [-100, 100]), axes(1, 0), int64s('by', [-2, 1])],
    7,
  ],
  ['Concat', { op: 'Concat', in: ['a', 'a'], attributes: { axis: 1 } }, [a], 7],
  ['Transpose', { op: 'Transpose', in: ['a'] }, [a], 7],
  [
    'Transpose by an order',
    { op: 'Transpose', in: ['t'], attributes: { perm: [2, 0, 1] } },
    [int64s('t', [...Array(24).keys()], [2, 3, 4])],
    7,
  ],
  ['Expand', { op: 'Expand', in: ['b', 'axes'] }, [b, axes(2, 1, 3)], 7],
  ['Tile', { op: 'Tile', in: ['a', 'axes'] }, [a, axes(2, 2)], 7],
  [
    'Range',
    { op: 'Range', in: ['s', 'e', 'd'] },
    [int64s('s', [9], []), int64s('e', [-2], []), int64s('d', [-3], [])],
    7,
  ],
  [
    'ConstantOfShape',
    { op: 'ConstantOfShape', in: ['axes'], attributes: { value: { t: int64s('', [4]) } } },
    [axes(2, 3)],
    7,
  ],
  ['ConstantOfShape of zeros', { op: 'ConstantOfShape', in: ['axes'] }, [axes(2)], 1],
  ['NonZero', { op: 'NonZero', in: ['a'] }, [a], 7],
  ['ReduceSum', { op: 'ReduceSum', in: ['a', 'axes'], attributes: { keepdims: 0 } }, [a, axes(0)], 7],
  ['ReduceProd', { op: 'ReduceProd', in: ['a', 'axes'] }, [a, axes(-1)], 7],
  ['ReduceMax', { op: 'ReduceMax', in: ['a'], attributes: { keepdims: 0 } }, [a], 7],
  ['Trilu', { op: 'Trilu', in: ['a'], attributes: { upper: 0 } }, [a], 7],
  ['Split', { op: 'Split', in: ['a'], out: ['y', 'z'], attributes: { axis: 0, num_outputs: 2 } }, [a], 7],
  ['Size', { op: 'Size', in: ['a'] }, [a], 7],
  ['Shape', { op: 'Shape', in: ['a'], attributes: { start: -1 } }, [a], 7],
]

describe('what is worked out is what onnxruntime would have computed', () => {
  test.each(cases)('%s', async (...[, node, initializers, type]) => {
    const bytes = onnxFile({
      opset: 18,
      inputs: { x: [1, [1]] },
      outputs: { y: [type], x2: [1] },
      initializers,
      nodes: [node, { op: 'Neg', in: ['x'], out: ['x2'] }],
    })
    const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'fold.onnx'))
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Neg'])
    expect(difference).toBe(0)
  })
})

/** PyTorch's `x.view(x.size(0), -1)` and a causal mask, as exported with free sizes. */
const dynamic: FileSketch = {
  opset: 14,
  inputs: { x: [1, ['batch', 'length', 4]] },
  outputs: { y: [1, ['batch', 'flat']], mask: [1, ['length', 'length']] },
  initializers: [int64s('zero', [0], []), int64s('one', [1], []), int64s('minus', [-1]), floats('full', [], [-10000])],
  nodes: [
    { op: 'Shape', in: ['x'], out: ['s'] },
    { op: 'Gather', in: ['s', 'zero'], out: ['n'] },
    { op: 'Gather', in: ['s', 'one'], out: ['l'] },
    { op: 'Constant', out: ['ax'], attributes: { value: { t: int64s('', [0]) } } },
    { op: 'Unsqueeze', in: ['n', 'ax'], out: ['n1'] },
    { op: 'Concat', in: ['n1', 'minus'], out: ['to'], attributes: { axis: 0 } },
    { op: 'Reshape', in: ['x', 'to'], out: ['y'] },
    { op: 'Unsqueeze', in: ['l', 'ax'], out: ['l1'] },
    { op: 'Concat', in: ['l1', 'l1'], out: ['ll'], attributes: { axis: 0 } },
    { op: 'ConstantOfShape', in: ['ll'], out: ['ones'], attributes: { value: { t: floats('', [1], [1]) } } },
    { op: 'Trilu', in: ['ones', 'one'], out: ['upper'], attributes: { upper: 1 } },
    { op: 'Mul', in: ['upper', 'full'], out: ['mask'] },
  ],
}
test.each([
  { batch: 1, length: 1 },
  { batch: 3, length: 5 },
])('shapes that follow from the inputs are constants at $batch × $length', async (sizes) => {
  const bytes = onnxFile(dynamic)
  const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'dynamic.onnx'), sizes)
  expect(difference).toBe(0)
  expect(graph.nodes.map(({ op }) => op)).toEqual(['Reshape'])
  expect(graph.types.get('y')).toEqual({ type: 'float32', shape: [sizes.batch, 4 * sizes.length] })
})
