import { broadcast } from '../broadcast.ts'
import { GraphError } from '../graph.ts'
import type { ShapeRule } from './op-use.ts'
import { elementTypeOf, input, intAttribute, same, where } from './op-use.ts'

/** Any number of inputs, broadcast together; the type of the first. */
const broadcasting: ShapeRule = (use) => {
  if (use.x.length === 0) throw new GraphError(`${where(use)}: it has no input`)
  const shapes = use.x.map((_, i) => input(use, i).shape)
  return [{ type: input(use, 0).type, shape: shapes.reduce((a, b) => broadcast(a, b, where(use))) }]
}
const ofTwo: ShapeRule = (use) => {
  if (use.x.length !== 2) throw new GraphError(`${where(use)}: ${use.x.length} inputs instead of two`)
  return broadcasting(use)
}
const comparison: ShapeRule = (use) => ofTwo(use).map((y) => ({ ...y, type: 'bool' }))
const test: ShapeRule = (use) => [{ type: 'bool', shape: input(use, 0).shape }]

const activations = {
  Relu: same,
  LeakyRelu: same,
  Elu: same,
  Selu: same,
  Celu: same,
  Mish: same,
  HardSigmoid: same,
  HardSwish: same,
  Softplus: same,
  Softsign: same,
  ThresholdedRelu: same,
  Shrink: same,
  Sigmoid: same,
  Tanh: same,
  Erf: same,
  Gelu: same,
  /** The slope broadcasts to x, not the other way round. */
  PRelu: (use) => {
    const x = input(use, 0)
    const { shape } = broadcasting(use)[0]!
    if (shape.some((size, i) => size !== x.shape[i]) || shape.length !== x.shape.length)
      throw new GraphError(`${where(use)}: the slope [${input(use, 1).shape.join(', ')}] does not broadcast to x`)
    return [x]
  },
} satisfies Record<string, ShapeRule>

const functions = {
  Neg: same,
  Exp: same,
  Log: same,
  Sqrt: same,
  Reciprocal: same,
  Abs: same,
  Sign: same,
  Floor: same,
  Ceil: same,
  Round: same,
  Sin: same,
  Cos: same,
  Tan: same,
  Asin: same,
  Acos: same,
  Atan: same,
  Sinh: same,
  Cosh: same,
  Asinh: same,
  Acosh: same,
  Atanh: same,
  Identity: same,
  Clip: same,
  Not: same,
  BitwiseNot: same,
  IsNaN: test,
  IsInf: test,
} satisfies Record<string, ShapeRule>

/** Operators that treat each element by itself. */
export const elementwise = {
  ...activations,
  ...functions,
  Add: ofTwo,
  Sub: ofTwo,
  Mul: ofTwo,
  Div: ofTwo,
  Pow: ofTwo,
  Mod: ofTwo,
  Max: broadcasting,
  Min: broadcasting,
  Sum: broadcasting,
  Mean: broadcasting,
  Equal: comparison,
  Less: comparison,
  Greater: comparison,
  LessOrEqual: comparison,
  GreaterOrEqual: comparison,
  And: comparison,
  Or: comparison,
  Xor: comparison,
  BitShift: ofTwo,
  BitwiseAnd: ofTwo,
  BitwiseOr: ofTwo,
  BitwiseXor: ofTwo,
  Where: (use) => {
    const [c, a, b] = [input(use, 0), input(use, 1), input(use, 2)]
    return [{ type: a.type, shape: broadcast(broadcast(c.shape, a.shape, where(use)), b.shape, where(use)) }]
  },
  Cast: (use) => [{ type: elementTypeOf(use, intAttribute(use.attributes, 'to', 0)), shape: input(use, 0).shape }],
  CastLike: (use) => [{ type: input(use, 1).type, shape: input(use, 0).shape }],
  /** In inference: the identity, and a mask of ones. */
  Dropout: (use) => {
    const { type, shape } = input(use, 0)
    return [
      { type, shape },
      { type: 'bool' as const, shape },
    ].slice(0, use.outputCount)
  },
} satisfies Record<string, ShapeRule>
