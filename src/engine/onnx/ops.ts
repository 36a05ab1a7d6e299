import { axisOf, broadcast } from './broadcast.ts'
import type { Attributes, ElementType, ValueType } from './graph.ts'
import { GraphError, sizeOf } from './graph.ts'

/** What a shape rule sees of a node. */
export interface OpUse {
  readonly op: string
  readonly name: string
  readonly x: readonly (ValueType | undefined)[]
  readonly attributes: Attributes
  /** Elements of input i where it is a constant; shapes and axes must be. */
  constant(i: number): number[] | undefined
  readonly outputCount: number
}
type ShapeRule = (use: OpUse) => ValueType[]

export const intAttribute = (attributes: Attributes, name: string, otherwise: number): number => {
  const found = attributes[name]
  return found !== undefined && 'int' in found ? found.int : otherwise
}
export const intsAttribute = (attributes: Attributes, name: string): readonly number[] | undefined => {
  const found = attributes[name]
  return found !== undefined && 'ints' in found ? found.ints : undefined
}
export const floatAttribute = (attributes: Attributes, name: string, otherwise: number): number => {
  const found = attributes[name]
  return found !== undefined && 'float' in found ? found.float : otherwise
}

const where = (use: OpUse): string => `node "${use.name}" (${use.op})`
function input(use: OpUse, i: number): ValueType {
  const x = use.x[i]
  if (x === undefined) throw new GraphError(`${where(use)}: input ${i} is missing`)
  return x
}
function constants(use: OpUse, i: number, what: string): number[] {
  const values = use.constant(i)
  if (values === undefined) throw new GraphError(`${where(use)}: ${what} must be a constant for shapes to be known`)
  return values
}

const same: ShapeRule = (use) => [input(use, 0)]
const elementwise: ShapeRule = (use) => [
  { type: input(use, 0).type, shape: broadcast(input(use, 0).shape, input(use, 1).shape, where(use)) },
]
/** Max and Min take any number of inputs in ONNX; the engine two, and says so rather than leave the others out. */
const ofTwo: ShapeRule = (use) => {
  if (use.x.length !== 2) throw new GraphError(`${where(use)}: ${use.x.length} inputs; the engine takes two`)
  return elementwise(use)
}
const comparison: ShapeRule = (use) => elementwise(use).map((y) => ({ ...y, type: 'bool' }))

const reduce: ShapeRule = (use) => {
  const { type, shape } = input(use, 0)
  const axes = (use.x[1] === undefined ? shape.map((_, i) => i) : constants(use, 1, 'the axes')).map((a) =>
    axisOf(a, shape.length),
  )
  const keep = intAttribute(use.attributes, 'keepdims', 1) === 1
  return [{ type, shape: shape.flatMap((size, i) => (axes.includes(i) ? (keep ? [1] : []) : [size])) }]
}

function matmul(use: OpUse): ValueType[] {
  const [a, b] = [input(use, 0), input(use, 1)]
  const [m, k] = a.shape.slice(-2)
  const [k2, n] = b.shape.slice(-2)
  if (a.shape.length < 2 || b.shape.length < 2 || k !== k2)
    throw new GraphError(`${where(use)}: cannot multiply [${a.shape.join(', ')}] by [${b.shape.join(', ')}]`)
  return [{ type: a.type, shape: [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2), where(use)), m!, n!] }]
}

function gemm(use: OpUse): ValueType[] {
  const [a, b] = [input(use, 0), input(use, 1)]
  const [m, k] = intAttribute(use.attributes, 'transA', 0) ? [a.shape[1], a.shape[0]] : a.shape
  const [k2, n] = intAttribute(use.attributes, 'transB', 0) ? [b.shape[1], b.shape[0]] : b.shape
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== k2)
    throw new GraphError(`${where(use)}: cannot multiply [${a.shape.join(', ')}] by [${b.shape.join(', ')}]`)
  return [{ type: a.type, shape: [m!, n!] }]
}

function reshape(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const wanted = constants(use, 1, 'the shape').map((size, i) => (size === 0 ? shape[i]! : size))
  const known = wanted.reduce((n, size) => (size === -1 ? n : n * size), 1)
  const result = wanted.map((size) => (size === -1 ? sizeOf(shape) / known : size))
  if (sizeOf(result) !== sizeOf(shape))
    throw new GraphError(`${where(use)}: [${shape.join(', ')}] does not fit [${wanted.join(', ')}]`)
  return [{ type, shape: result }]
}

function split(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const axis = axisOf(intAttribute(use.attributes, 'axis', 0), shape.length)
  const parts =
    use.x[1] === undefined
      ? Array.from({ length: use.outputCount }, () => shape[axis]! / use.outputCount)
      : constants(use, 1, 'the parts')
  if (parts.reduce((a, b) => a + b, 0) !== shape[axis] || !parts.every(Number.isInteger))
    throw new GraphError(
      `${where(use)}: axis ${axis} of [${shape.join(', ')}] does not split into ${parts.join(' + ')}`,
    )
  return parts.map((part) => ({ type, shape: shape.with(axis, part) }))
}

function concat(use: OpUse): ValueType[] {
  const xs = use.x.map((_, i) => input(use, i))
  const axis = axisOf(intAttribute(use.attributes, 'axis', 0), xs[0]!.shape.length)
  return [
    {
      type: xs[0]!.type,
      shape: xs[0]!.shape.with(
        axis,
        xs.reduce((n, x) => n + x.shape[axis]!, 0),
      ),
    },
  ]
}

function slice(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const [starts, ends] = [constants(use, 1, 'the starts'), constants(use, 2, 'the ends')]
  const axes = use.x[3] === undefined ? starts.map((_, i) => i) : constants(use, 3, 'the axes')
  const steps = use.x[4] === undefined ? starts.map(() => 1) : constants(use, 4, 'the steps')
  const result = [...shape]
  axes.forEach((given, i) => {
    const axis = axisOf(given, shape.length)
    const size = shape[axis]!
    const step = steps[i]!
    const clamp = (at: number): number =>
      Math.min(Math.max(at < 0 ? at + size : at, step < 0 ? -1 : 0), step < 0 ? size - 1 : size)
    result[axis] = Math.max(0, Math.ceil((clamp(ends[i]!) - clamp(starts[i]!)) / step))
  })
  return [{ type, shape: result }]
}

const castTypes: Readonly<Record<number, ElementType>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
}

/** Shape rules of the operators that assay emits and differentiates, by family. */
export const ops = {
  Add: elementwise,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Pow: elementwise,
  Max: ofTwo,
  Min: ofTwo,
  Neg: same,
  Exp: same,
  Log: same,
  Sqrt: same,
  Reciprocal: same,
  Abs: same,
  Sign: same,
  Tanh: same,
  Sigmoid: same,
  Relu: same,
  Erf: same,
  Gelu: same,
  Identity: same,
  Not: same,
  Softmax: same,
  LogSoftmax: same,
  Sin: same,
  Cos: same,
  Equal: comparison,
  Less: comparison,
  Greater: comparison,
  And: comparison,
  LessOrEqual: comparison,
  GreaterOrEqual: comparison,
  Where: (use) => {
    const [c, a, b] = [input(use, 0), input(use, 1), input(use, 2)]
    return [{ type: a.type, shape: broadcast(broadcast(c.shape, a.shape, where(use)), b.shape, where(use)) }]
  },
  Cast: (use) => {
    const type = castTypes[intAttribute(use.attributes, 'to', 0)]
    if (type === undefined) throw new GraphError(`${where(use)}: unknown target type`)
    return [{ type, shape: input(use, 0).shape }]
  },
  MatMul: matmul,
  Gemm: gemm,
  ReduceSum: reduce,
  ReduceMean: reduce,
  ReduceMax: reduce,
  LayerNormalization: (use) => {
    const { type, shape } = input(use, 0)
    const axis = axisOf(intAttribute(use.attributes, 'axis', -1), shape.length)
    const statistics: ValueType = { type: 'float32', shape: shape.map((size, i) => (i < axis ? size : 1)) }
    return [{ type, shape }, statistics, statistics].slice(0, use.outputCount)
  },
  Transpose: (use) => {
    const { type, shape } = input(use, 0)
    const perm = intsAttribute(use.attributes, 'perm') ?? shape.map((_, i) => shape.length - 1 - i)
    return [{ type, shape: perm.map((from) => shape[from]!) }]
  },
  Reshape: reshape,
  Split: split,
  Concat: concat,
  Slice: slice,
  Squeeze: (use) => {
    const { type, shape } = input(use, 0)
    const axes = constants(use, 1, 'the axes').map((a) => axisOf(a, shape.length))
    return [{ type, shape: shape.filter((_, i) => !axes.includes(i)) }]
  },
  Unsqueeze: (use) => {
    const { type, shape } = input(use, 0)
    const given = constants(use, 1, 'the axes')
    const axes = given.map((a) => axisOf(a, shape.length + given.length))
    const rest = [...shape]
    return [
      {
        type,
        shape: Array.from({ length: shape.length + axes.length }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!)),
      },
    ]
  },
  Expand: (use) => [
    { type: input(use, 0).type, shape: broadcast(input(use, 0).shape, constants(use, 1, 'the shape'), where(use)) },
  ],
  Gather: (use) => {
    const [x, at] = [input(use, 0), input(use, 1)]
    const axis = axisOf(intAttribute(use.attributes, 'axis', 0), x.shape.length)
    return [{ type: x.type, shape: [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)] }]
  },
  GatherElements: (use) => [{ type: input(use, 0).type, shape: input(use, 1).shape }],
  ScatterElements: same,
  ScatterND: same,
} satisfies Record<string, ShapeRule>

export type Op = keyof typeof ops

/** Types of a node's outputs. Throws {@link GraphError} naming node and operator. */
export function outputTypes(use: OpUse): ValueType[] {
  const rule = (ops as Readonly<Record<string, ShapeRule>>)[use.op]
  if (rule === undefined) throw new GraphError(`${where(use)}: no shape rule for this operator`)
  return rule(use)
}
