/** Fewest and most inputs, most outputs, of operators in their modern form; one output where none is said. */
type Arity = readonly [fewest: number, most: number, outputs?: number]

const many = Infinity
const groups: readonly (readonly [Arity, string])[] = [
  [
    [1, 1],
    'Relu LeakyRelu Elu Selu Celu Mish HardSigmoid HardSwish Softplus Softsign ThresholdedRelu Shrink Sigmoid Tanh Erf ' +
      'Gelu Neg Exp Log Sqrt Reciprocal Abs Sign Floor Ceil Round Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh ' +
      'Atanh Identity Not BitwiseNot IsNaN IsInf Cast Shape Size ConstantOfShape EyeLike Transpose Flatten ' +
      'DepthToSpace SpaceToDepth LRN LpNormalization MeanVarianceNormalization AveragePool LpPool GlobalAveragePool ' +
      'GlobalMaxPool GlobalLpPool ArgMax ArgMin Softmax LogSoftmax Hardmax NonZero Det',
  ],
  [[1, 1, 2], 'MaxPool'],
  [
    [2, 2],
    'PRelu Add Sub Mul Div Pow Mod Equal Less Greater LessOrEqual GreaterOrEqual And Or Xor BitShift BitwiseAnd ' +
      'BitwiseOr BitwiseXor CastLike Gather GatherElements GatherND MatMul Reshape Expand Tile CumSum Unsqueeze ' +
      'ReverseSequence GridSample',
  ],
  [[3, 3], 'Where ScatterElements ScatterND OneHot Range InstanceNormalization GroupNormalization'],
  [
    [1, 2],
    'Squeeze ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ' +
      'ReduceSumSquare Trilu',
  ],
  [[1, 2, many], 'Split'],
  [[1, many], 'Max Min Sum Mean Concat Einsum'],
  [[1, 3], 'Clip'],
  [[1, 4], 'Resize'],
  [[2, 4], 'Pad'],
  [[3, 5], 'Slice'],
  [[2, 3], 'Gemm Conv ConvTranspose'],
  [[2, 3, 2], 'SoftmaxCrossEntropyLoss'],
  [[2, 3], 'NegativeLogLikelihoodLoss'],
  [[2, 3, 3], 'LayerNormalization'],
  [[5, 5, 3], 'BatchNormalization'],
  [[1, 3, 2], 'Dropout'],
  [[2, 2, 2], 'TopK SimplifiedLayerNormalization'],
  [[0, 0], 'Constant'],
]
const table = new Map(groups.flatMap(([arity, names]) => names.split(' ').map((name) => [name, arity] as const)))

/** What is wrong with the numbers of a node's inputs and outputs, in words; `undefined` when nothing is, or it is not known. */
export function arityFault(node: {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}): string | undefined {
  const [fewest, most, outputs = 1] = table.get(node.op) ?? [0, many, many]
  const given = node.inputs.length
  if (given > most) return `it has ${given} inputs and takes at most ${most}`
  const missing = node.inputs.slice(0, fewest).findIndex((x) => x === '')
  if (given < fewest || missing !== -1) return `its input ${missing === -1 ? given : missing} is missing`
  if (node.outputs.length > outputs) return `it has ${node.outputs.length} outputs and makes at most ${outputs}`
  return node.outputs.length === 0 ? 'it has no output' : undefined
}
