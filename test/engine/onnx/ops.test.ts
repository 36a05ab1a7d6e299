import { describe, expect, test } from 'vitest'
import type { ConstantTensor, ValueType } from '../../../src/engine/onnx/graph.ts'
import { GraphError } from '../../../src/engine/onnx/graph.ts'
import { hasShapeRule, outputTypes } from '../../../src/engine/onnx/ops.ts'
import { having } from '../autodiff/cases/case.ts'

// Shapes of operators with gradients are checked against onnxruntime beside their gradients; here are the others, and errors.

type Given = Parameters<typeof having>[0]
/** An input: its shape as real numbers, a type, or a constant's elements. */
type Input = readonly number[] | ValueType | { readonly is: readonly number[] } | undefined

interface Use {
  readonly op: string
  readonly x: readonly Input[]
  readonly given?: Given
  readonly outputs?: number
}
const typeOf = (x: Input): ValueType | undefined =>
  x === undefined
    ? undefined
    : 'is' in x
      ? { type: 'int64', shape: [x.is.length] }
      : 'type' in x
        ? x
        : { type: 'float32', shape: x }
const infer = ({ op, x, given = {}, outputs = 1 }: Use): ValueType[] =>
  outputTypes({
    op,
    name: 'node',
    x: x.map(typeOf),
    attributes: having(given).attributes,
    constant: (i) => {
      const one = x[i]
      return one !== undefined && 'is' in one ? [...one.is] : undefined
    },
    outputCount: outputs,
  })
const real = (...shape: number[]): ValueType => ({ type: 'float32', shape })
const whole = (...shape: number[]): ValueType => ({ type: 'int64', shape })
const truth = (...shape: number[]): ValueType => ({ type: 'bool', shape })

describe('types of outputs', () => {
  test.each<[string, Use, ValueType[]]>([
    ['a shape', { op: 'Shape', x: [[2, 3, 4]] }, [whole(3)]],
    ['part of a shape', { op: 'Shape', x: [[2, 3, 4]], given: { start: 1, end: -1 } }, [whole(1)]],
    ['no part of a shape', { op: 'Shape', x: [[2, 3, 4]], given: { start: 2, end: 1 } }, [whole(0)]],
    ['a size', { op: 'Size', x: [[2, 3]] }, [whole()]],
    ['a range', { op: 'Range', x: [{ is: [2] }, { is: [9] }, { is: [3] }] }, [whole(3)]],
    ['a falling range', { op: 'Range', x: [{ is: [3] }, { is: [0] }, { is: [-2] }] }, [whole(2)]],
    ['an empty range', { op: 'Range', x: [{ is: [3] }, { is: [0] }, { is: [1] }] }, [whole(0)]],
    ['a filled tensor', { op: 'ConstantOfShape', x: [{ is: [2, 3] }] }, [real(2, 3)]],
    ['an identity matrix', { op: 'EyeLike', x: [[2, 3]], given: { dtype: 7 } }, [whole(2, 3)]],
    ['one-hot rows', { op: 'OneHot', x: [whole(2, 3), { is: [4] }, real(2)] }, [real(2, 3, 4)]],
    ['one-hot columns', { op: 'OneHot', x: [whole(2, 3), { is: [4] }, real(2)], given: { axis: 0 } }, [real(4, 2, 3)]],
    ['places of the largest', { op: 'ArgMax', x: [[2, 3]], given: { axis: -1, keepdims: 0 } }, [whole(2)]],
    ['a comparison', { op: 'Less', x: [[2, 1], [3]] }, [truth(2, 3)]],
    ['a test of each element', { op: 'IsNaN', x: [[2, 3]] }, [truth(2, 3)]],
    ['a cast', { op: 'Cast', x: [[2]], given: { to: 9 } }, [truth(2)]],
    ['a cast like another', { op: 'CastLike', x: [[2], whole(5)] }, [whole(2)]],
    ['dropout with its mask', { op: 'Dropout', x: [[2]], outputs: 2 }, [real(2), truth(2)]],
    [
      'pooling with its places',
      { op: 'MaxPool', x: [[1, 2, 4]], given: { kernel_shape: [2] }, outputs: 2 },
      [real(1, 2, 3), whole(1, 2, 3)],
    ],
    [
      'a pooling that would begin in the padding',
      { op: 'MaxPool', x: [[1, 1, 6]], given: { kernel_shape: [2], strides: [2], pads: [0, 1], ceil_mode: 1 } },
      [real(1, 1, 3)],
    ],
    [
      'a resize that keeps its aspect',
      {
        op: 'Resize',
        x: [[1, 1, 4, 8], undefined, undefined, { is: [6, 6] }],
        given: { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' },
      },
      [real(1, 1, 3, 6)],
    ],
    [
      'rows under an ellipsis',
      {
        op: 'Einsum',
        x: [
          [5, 2, 3],
          [3, 4],
        ],
        given: { equation: '...ij,jk->...ik' },
      },
      [real(5, 2, 4)],
    ],
  ])('%s', (_, use, types) => {
    expect(infer(use)).toEqual(types)
  })

  test('a constant is of its tensor', () => {
    const tensor: ConstantTensor = { type: 'int64', shape: [2], data: BigInt64Array.of(1n, 2n) }
    const use = { name: 'node', x: [], constant: () => undefined, outputCount: 1 }
    expect(outputTypes({ ...use, op: 'Constant', attributes: { value: { tensor } } })).toEqual([whole(2)])
    expect(outputTypes({ ...use, op: 'Constant', attributes: { value_floats: { floats: [1, 2, 3] } } })).toEqual([
      real(3),
    ])
    expect(outputTypes({ ...use, op: 'Constant', attributes: { value_int: { int: 4 } } })).toEqual([whole()])
    const filled = {
      ...use,
      op: 'ConstantOfShape',
      x: [whole(1)],
      constant: () => [4],
      attributes: { value: { tensor } },
    }
    expect(outputTypes(filled)).toEqual([whole(4)])
  })
})

describe('what does not fit is an error that names the node', () => {
  test.each<[string, Use, RegExp]>([
    ['an operator without a rule', { op: 'Mystery', x: [] }, /no shape rule/],
    ['a missing input', { op: 'Relu', x: [] }, /input 0 is missing/],
    ['an optional input that is needed', { op: 'Add', x: [[2], undefined] }, /input 1 is missing/],
    ['too many outputs', { op: 'Relu', x: [[2]], outputs: 2 }, /2 outputs are asked for, it has 1/],
    ['shapes that do not broadcast', { op: 'Mul', x: [[2], [3]] }, /\[2\] and \[3\] do not broadcast/],
    ['an axis that is not there', { op: 'Concat', x: [[2], [3]], given: { axis: 1 } }, /no axis 1/],
    ['an axis twice', { op: 'ReduceSum', x: [[2, 3], { is: [1, -1] }] }, /an axis twice/],
    [
      'more than once around',
      { op: 'Pad', x: [[3, 4], { is: [0, 5, 0, 0] }], given: { mode: 'wrap' } },
      /axis 1 of \[3, 4\] is wrapped more than once around/,
    ],
    ['a size beyond counting', { op: 'Tile', x: [[2], { is: [2 ** 52] }] }, /its output would be \[9007199254740992\]/],
    ['a size below none', { op: 'Pad', x: [[3], { is: [-5, 0] }] }, /its output would be \[-2\]/],
    ['a size that is none', { op: 'ConstantOfShape', x: [{ is: [-1] }] }, /its output would be \[-1\]/],
    ['repeats below none', { op: 'Tile', x: [[2], { is: [-1] }] }, /repeats \[-1\]/],
    ['an axis to flatten at', { op: 'Flatten', x: [[2, 3]], given: { axis: 7 } }, /no axis 7 in \[2, 3\]/],
    ['an axis of a softmax', { op: 'Softmax', x: [[2, 3]], given: { axis: 2 } }, /no axis 2 in 2 axes/],
    ['an axis of sums', { op: 'CumSum', x: [[2, 3], { is: [5] }] }, /no axis 5 in 2 axes/],
    ['an element beyond the last', { op: 'Gather', x: [[2, 3], { is: [0, 2] }] }, /element 2 of an axis of 2/],
    [
      'a stride of nothing',
      { op: 'MaxPool', x: [[1, 1, 4]], given: { kernel_shape: [2], strides: [0] } },
      /strides \[0\] must be at least 1/,
    ],
    ['a kernel of nothing', { op: 'MaxPool', x: [[1, 1, 4]], given: { kernel_shape: [0] } }, /kernel_shape \[0\]/],
    [
      'a kernel unlike the weights',
      {
        op: 'Conv',
        x: [
          [1, 1, 4],
          [1, 1, 3],
        ],
        given: { kernel_shape: [2] },
      },
      /kernel_shape \[2\] is not that of the weights \[1, 1, 3\]/,
    ],
    [
      'padding of no kind',
      { op: 'MaxPool', x: [[1, 1, 4]], given: { kernel_shape: [2], auto_pad: 'X' } },
      /auto_pad "X"/,
    ],
    ['axes that are computed', { op: 'ReduceSum', x: [[2, 3], whole(1)] }, /the axes must be a constant/],
    [
      'parts of other sizes',
      {
        op: 'Concat',
        x: [
          [2, 3],
          [2, 4],
        ],
        given: { axis: 0 },
      },
      /cannot join/,
    ],
    [
      'a split that does not add up',
      { op: 'Split', x: [[5], { is: [2, 2] }], outputs: 2 },
      /does not split into 2 \+ 2/,
    ],
    ['a reshape that does not fit', { op: 'Reshape', x: [[2, 3], { is: [4, -1] }] }, /does not fit/],
    ['an order that misses axes', { op: 'Transpose', x: [[2, 3]], given: { perm: [0] } }, /does not name every axis/],
    ['an axis that is not one', { op: 'Squeeze', x: [[2, 3], { is: [0] }] }, /is not 1/],
    [
      'a slice with a step of nothing',
      { op: 'Slice', x: [[4], { is: [0] }, { is: [4] }, { is: [0] }, { is: [0] }] },
      /do not fit together/,
    ],
    ['pads for other axes', { op: 'Pad', x: [[2, 3], { is: [1, 1] }] }, /two each are needed/],
    [
      'matrices that do not meet',
      {
        op: 'MatMul',
        x: [
          [2, 3],
          [4, 2],
        ],
      },
      /cannot multiply/,
    ],
    [
      'a sum over two sizes',
      {
        op: 'Einsum',
        x: [
          [2, 3],
          [4, 2],
        ],
        given: { equation: 'ij,jk->ik' },
      },
      /"j" of "ij,jk->ik" is 3 and 4/,
    ],
    ['a sum with a stranger', { op: 'Einsum', x: [[2, 3]], given: { equation: 'ij->ik' } }, /no input .* has "k"/],
    [
      'a sum of other inputs',
      { op: 'Einsum', x: [[2, 3]], given: { equation: 'ij,jk->ik' } },
      /about 2 inputs and gets 1/,
    ],
    [
      'channels in other groups',
      {
        op: 'Conv',
        x: [
          [1, 4, 5],
          [2, 3, 2],
        ],
      },
      /in 1 groups do not fit/,
    ],
    [
      'a window larger than its input',
      {
        op: 'Conv',
        x: [
          [1, 1, 2],
          [1, 1, 3],
        ],
      },
      /window of 3 does not fit 2/,
    ],
    [
      'strides of other axes',
      {
        op: 'Conv',
        x: [
          [1, 1, 4],
          [1, 1, 2],
        ],
        given: { strides: [1, 1] },
      },
      /strides \[1, 1\] does not fit 1/,
    ],
    [
      'pads that leave nothing',
      {
        op: 'ConvTranspose',
        x: [
          [1, 1, 1],
          [1, 1, 2],
        ],
        given: { pads: [1, 1] },
      },
      /leave nothing/,
    ],
    [
      'an output larger than there is',
      {
        op: 'ConvTranspose',
        x: [
          [1, 1, 2],
          [1, 1, 2],
        ],
        given: { output_shape: [9] },
      },
      /an output of 9/,
    ],
    ['blocks that do not divide', { op: 'DepthToSpace', x: [[1, 6, 2, 2]], given: { blocksize: 2 } }, /blocks of 2/],
    ['indices deeper than the tensor', { op: 'GatherND', x: [[2, 3], whole(1, 3)] }, /do not fit/],
    ['more than there are', { op: 'TopK', x: [[3], { is: [4] }], outputs: 2 }, /the 4 largest of 3/],
    [
      'labels for other scores',
      { op: 'SoftmaxCrossEntropyLoss', x: [[2, 3], whole(3)] },
      /labels \[3\] do not fit scores \[2, 3\]/,
    ],
    ['an element type nobody knows', { op: 'Cast', x: [[2]], given: { to: 99 } }, /element type 99/],
  ])('%s', (_, use, message) => {
    expect(() => infer(use)).toThrow(GraphError)
    expect(() => infer(use)).toThrow(message)
    expect(() => infer(use)).toThrow(/node "node"/)
  })
})

test('names that objects have of themselves are no operators', () => {
  expect(['Relu', 'toString', 'constructor', 'com.microsoft.Relu'].map(hasShapeRule)).toEqual([
    true,
    false,
    false,
    false,
  ])
})
