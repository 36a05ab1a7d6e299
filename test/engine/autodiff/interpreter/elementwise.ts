import type { Attributes } from '../../../../src/engine/onnx/graph.ts'
import type { Loop } from './tensor.ts'
import { at, fill, floatOf, intOf, textOf } from './tensor.ts'

/** erf(x) = 2/√π·e^{−x²}·Σ 2ⁿx^{2n+1}/(2n+1)!!: all terms of one sign, so nothing cancels. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let [term, sum] = [x, x]
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)
const truth = (condition: boolean): number => (condition ? 1 : 0)
/** Halves go to the even neighbour. */
const round = (x: number): number => {
  const low = Math.floor(x)
  return x - low === 0.5 ? low + (Math.abs(low) % 2) : Math.round(x)
}
const alpha = (a: Attributes, otherwise: number): number => floatOf(a, 'alpha', otherwise)

const ofOne: Readonly<Record<string, (x: number, a: Attributes) => number>> = {
  Neg: (x) => -x,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Abs: Math.abs,
  Sign: Math.sign,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: round,
  Sin: Math.sin,
  Cos: Math.cos,
  Tan: Math.tan,
  Asin: Math.asin,
  Acos: Math.acos,
  Atan: Math.atan,
  Sinh: Math.sinh,
  Cosh: Math.cosh,
  Asinh: Math.asinh,
  Acosh: Math.acosh,
  Atanh: Math.atanh,
  Identity: (x) => x,
  Not: (x) => truth(x === 0),
  IsNaN: (x) => truth(Number.isNaN(x)),
  IsInf: (x) => truth(Math.abs(x) === Infinity),
  Cast: (x, a) => ([6, 7].includes(intOf(a, 'to', 1)) ? Math.trunc(x) : x),
  Relu: (x) => Math.max(x, 0),
  LeakyRelu: (x, a) => (x < 0 ? alpha(a, 0.01) * x : x),
  Elu: (x, a) => (x < 0 ? alpha(a, 1) * (Math.exp(x) - 1) : x),
  Selu: (x, a) => {
    const gamma = floatOf(a, 'gamma', 1.05070102214813232421875)
    return gamma * (x > 0 ? x : alpha(a, 1.67326319217681884765625) * (Math.exp(x) - 1))
  },
  Celu: (x, a) => Math.max(0, x) + Math.min(0, alpha(a, 1) * (Math.exp(x / alpha(a, 1)) - 1)),
  Mish: (x) => x * Math.tanh(softplus(x)),
  HardSigmoid: (x, a) => Math.max(0, Math.min(1, alpha(a, 0.2) * x + floatOf(a, 'beta', 0.5))),
  HardSwish: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  Softplus: softplus,
  Softsign: (x) => x / (1 + Math.abs(x)),
  ThresholdedRelu: (x, a) => (x > alpha(a, 1) ? x : 0),
  Shrink: (x, a) => {
    const [lambda, bias] = [floatOf(a, 'lambd', 0.5), floatOf(a, 'bias', 0)]
    return x < -lambda ? x + bias : x > lambda ? x - bias : 0
  },
  Sigmoid: sigmoid,
  Tanh: Math.tanh,
  Erf: erf,
  Gelu: (x, a) =>
    textOf(a, 'approximate', 'none') === 'tanh'
      ? 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : 0.5 * x * (1 + erf(x / Math.SQRT2)),
}

const ofMany: Readonly<Record<string, (x: readonly number[], a: Attributes) => number>> = {
  Add: ([p, q]) => p! + q!,
  Sub: ([p, q]) => p! - q!,
  Mul: ([p, q]) => p! * q!,
  Div: ([p, q]) => p! / q!,
  Pow: ([p, q]) => p! ** q!,
  Mod: ([p, q], a) => (intOf(a, 'fmod', 0) === 1 ? p! % q! : p! - q! * Math.floor(p! / q!)),
  PRelu: ([p, q]) => (p! < 0 ? p! * q! : p!),
  Max: (x) => Math.max(...x),
  Min: (x) => Math.min(...x),
  Sum: (x) => x.reduce((a, b) => a + b),
  Mean: (x) => x.reduce((a, b) => a + b) / x.length,
  Equal: ([p, q]) => truth(p === q),
  Less: ([p, q]) => truth(p! < q!),
  Greater: ([p, q]) => truth(p! > q!),
  LessOrEqual: ([p, q]) => truth(p! <= q!),
  GreaterOrEqual: ([p, q]) => truth(p! >= q!),
  And: ([p, q]) => truth(p !== 0 && q !== 0),
  Or: ([p, q]) => truth(p !== 0 || q !== 0),
  Xor: ([p, q]) => truth((p !== 0) !== (q !== 0)),
  Where: ([c, p, q]) => (c !== 0 ? p! : q!),
  CastLike: ([p]) => p!,
}

const each =
  (f: (x: readonly number[], a: Attributes) => number): Loop =>
  ({ x, attributes, y }) => [
    fill(y[0]!, (index) =>
      f(
        x.map((one) => at(one, index)),
        attributes,
      ),
    ),
  ]

export const elementwise: Readonly<Record<string, Loop>> = {
  ...Object.fromEntries(Object.entries(ofOne).map(([op, f]) => [op, each(([x], a) => f(x!, a))])),
  ...Object.fromEntries(Object.entries(ofMany).map(([op, f]) => [op, each(f)])),
  Clip: ({ x: [x, low, high], y }) => [
    fill(y[0]!, (i) => Math.min(Math.max(at(x!, i), low?.data[0] ?? -Infinity), high?.data[0] ?? Infinity)),
  ],
  Dropout: ({ x: [x], y }) => y.map((type, i) => fill(type, (index) => (i === 0 ? at(x!, index) : 1))),
}
