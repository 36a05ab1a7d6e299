import { cases } from '../test/engine/autodiff/cases/index.ts'
import { differentiability } from '../src/engine/autodiff/differentiability.ts'
import { reasons } from '../src/engine/autodiff/rules/without-rule.ts'
import { families, ops, type Op } from '../src/engine/onnx/ops.ts'
import { newestOpset, oldestOpset } from '../src/engine/onnx/read/read-onnx.ts'

/** Operator set in which an operator came; those that are not here were there before the oldest that is read. */
const since: readonly (readonly [opset: number, operators: string])[] = [
  [8, 'Expand'],
  [
    9,
    'Acosh Asinh Atanh ConstantOfShape Cosh Erf EyeLike IsNaN MeanVarianceNormalization OneHot Shrink Sign Sinh Where',
  ],
  [10, 'IsInf Mod Resize ReverseSequence ThresholdedRelu'],
  [11, 'BitShift CumSum GatherElements GatherND Range Round ScatterElements ScatterND'],
  [12, 'Celu Einsum GreaterOrEqual LessOrEqual NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss'],
  [14, 'HardSwish Trilu'],
  [15, 'CastLike'],
  [17, 'LayerNormalization'],
  [18, 'BitwiseAnd BitwiseNot BitwiseOr BitwiseXor GroupNormalization Mish'],
  [20, 'Gelu'],
]
const firstOpset = new Map(since.flatMap(([opset, names]) => names.split(' ').map((name) => [name, opset] as const)))

const ties = 'equal parts where several tie'
const atZero = 'at the kink the slope of its left side'
/** What the bare word `exact` leaves open: which subgradient at a kink, and what is left out. */
const notes: Readonly<Partial<Record<Op, string>>> = {
  Max: ties,
  Min: ties,
  ReduceMax: ties,
  ReduceMin: ties,
  GlobalMaxPool: ties,
  MaxPool: 'the first of several that tie',
  TopK: 'of the values; the places are flat',
  Relu: 'at 0: 0',
  LeakyRelu: atZero,
  Elu: atZero,
  Selu: atZero,
  Celu: atZero,
  PRelu: 'at 0: 1',
  ThresholdedRelu: 'at the threshold: 0',
  Abs: 'at 0: 0',
  ReduceL1: 'at 0: 0',
  ReduceL2: 'where all is 0: 0',
  Clip: 'at a bound: to x; the bounds have gradients too',
  Pow: 'for the exponent where the base is above 0, else 0',
  Mod: 'between the jumps of the quotient',
  ReduceProd: 'zeros or not',
  Cast: 'between floating-point types; a cast to whole numbers is flat',
  CastLike: 'to the value cast',
  Dropout: 'in inference, where it is the identity; in training mode it is refused',
  BatchNormalization: 'in inference form, all five inputs; `training_mode` is refused',
  Pad: 'all modes; the number padded with has a gradient too',
  Resize:
    'nearest, linear, cubic; `antialias`, `exclude_outside`, `keep_aspect_ratio_policy` and `tf_crop_and_resize` are refused',
  ScatterElements: `none, add, mul, max, min; ${ties}`,
  ScatterND: `none, add, mul, max, min; ${ties}`,
  SoftmaxCrossEntropyLoss: 'both outputs; class weights are taken as given',
  NegativeLogLikelihoodLoss: 'class weights are taken as given',
  SimplifiedLayerNormalization: "onnxruntime's root-mean-square norm, written in ONNX's own domain",
}

const familyTitles: Readonly<Record<keyof typeof families, string>> = {
  elementwise: 'Element by element',
  reduction: 'Reductions and what goes along an axis',
  movement: 'Moving elements',
  indexing: 'Indexing',
  linearAlgebra: 'Linear algebra',
  convolution: 'Convolution',
  pooling: 'Pooling',
  normalization: 'Normalization',
  loss: 'Losses',
  shapes: 'Shapes and constants',
}

const counts = new Map<string, number>()
for (const { op } of Object.values(cases).flat()) counts.set(op, (counts.get(op) ?? 0) + 1)

function row(op: Op): string {
  const found = differentiability(op)
  const known = found.rule === 'none' ? found.why : (notes[op] ?? '')
  const checked = counts.get(op)
  const opsets = `${Math.max(firstOpset.get(op) ?? 1, oldestOpset)}–${newestOpset}`
  return `| \`${op}\` | ${opsets} | ${found.rule} | ${known} | ${checked ?? ''} |`
}

/** `docs/operators.md`: every operator with its rule and how many cases check it. */
export function operatorTable(): string {
  const sections = Object.entries(families).map(([family, members]) => {
    const rows = (Object.keys(members) as Op[]).sort().map(row)
    const head = '| Operator | Opsets | Gradient | | Cases |\n| --- | --- | --- | --- | --: |'
    return `## ${familyTitles[family as keyof typeof families]}\n\n${head}\n${rows.join('\n')}`
  })
  const none = Object.entries(reasons).map(([op, why]) => `- \`${op}\`: ${why}`)
  const exact = (Object.keys(ops) as Op[]).filter((op) => differentiability(op).rule === 'exact')
  const total = exact.reduce((n, op) => n + (counts.get(op) ?? 0), 0)
  return `${[
    '<!-- Generated from the rules and their tests by `npm run generate`. -->',
    '# Operators and their gradients',
    introduction(exact.length, total),
    ...sections,
    '## Without a rule',
    "Any other operator of ONNX's own domain and every operator of another domain (`com.microsoft`, for one) has no gradient rule. A model with one can be run, and differentiated where no parameter acts through it; else the error names the node, the operator and what depends on it. Of those that people meet:",
    none.join('\n'),
  ].join('\n\n')}\n`
}

const introduction = (operators: number, total: number): string =>
  `\`assay model inspect FILE\` says for each operator of a file what stands here.

- **exact**: the derivative, from the rules in \`src/engine/autodiff/rules\`. ${operators} operators, in ${total} cases of attributes and broadcasting; each case is held against central differences in double precision (relative error below 10⁻⁶) and its graph run in onnxruntime. Blocks of ResNet, ViT, BERT, GPT-2, Llama and a U-Net as PyTorch exports them are held against PyTorch's gradients. The last column counts cases: \`test/engine/autodiff/cases\`.
- **flat**: the derivative is 0 wherever there is one. A gradient ends here, rightly.
- **none**: no rule; asking for a gradient through it is an error.

Opsets are those a file may be written in. Older forms of an operator are brought into the modern one when the file is read.`
