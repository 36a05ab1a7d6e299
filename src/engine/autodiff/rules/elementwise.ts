import type { Value } from '../../onnx/builder.ts'
import { int } from '../../onnx/builder.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

/** A rule for y = f(x): dx = dy · f'(x), given f'. */
const unary =
  (derivative: (use: RuleUse, x: Value, y: Value) => Value): GradientRule =>
  (use) => [use.g.add('Mul', [use.dy[0]!, derivative(use, use.x[0]!, use.y[0]!)])]
const scalarMinus = ({ g }: RuleUse, c: number, x: Value): Value => g.add('Sub', [g.scalar(c, x), x])
const times = ({ g }: RuleUse, c: number, x: Value): Value => g.add('Mul', [g.scalar(c, x), x])
/** 1 where the comparison holds and 0 elsewhere, in the type of `like`. */
const indicator = ({ g }: RuleUse, condition: Value, like: Value): Value =>
  g.add('Where', [condition, g.scalar(1, like), g.scalar(0, like)])

/** max(a, b) and min(a, b): the gradient goes to the winner, half to each at a tie (the subgradient PyTorch takes). */
const extremum =
  (wins: 'Greater' | 'Less'): GradientRule =>
  (use) => {
    const {
      g,
      x: [a, b],
      dy: [dy],
    } = use
    const share = (p: Value, q: Value): Value => {
      const tie = g.add('Mul', [indicator(use, g.add('Equal', [p, q]), p), g.scalar(0.5, p)])
      return g.add('Mul', [dy!, g.add('Add', [indicator(use, g.add(wins, [p, q]), p), tie])])
    }
    return [share(a!, b!), share(b!, a!)]
  }

/** √(2/π) of the tanh form of GELU, Hendrycks and Gimpel 2016. */
const geluScale = Math.sqrt(2 / Math.PI)

/** tanh form: y = x·s, s = σ(2u), u = √(2/π)(x + .044715x³); y' = s + x·s(1 − s)·2u'. */
function geluTanh(use: RuleUse, x: Value): Value {
  const { g } = use
  const squared = g.add('Mul', [x, x])
  const inner = g.add('Mul', [
    x,
    g.add('Add', [times(use, 2 * geluScale * 0.044715, squared), g.scalar(2 * geluScale, x)]),
  ])
  const s = g.add('Sigmoid', [inner])
  const slope = g.add('Add', [times(use, 6 * geluScale * 0.044715, squared), g.scalar(2 * geluScale, x)])
  const bend = g.add('Mul', [g.add('Mul', [x, slope]), scalarMinus(use, 1, s)])
  return g.add('Mul', [s, g.add('Add', [bend, g.scalar(1, x)])])
}

/** erf form: y' = Φ(x) + x·φ(x). */
function geluErf(use: RuleUse, x: Value): Value {
  const { g } = use
  const cdf = times(use, 0.5, g.add('Add', [g.add('Erf', [times(use, Math.SQRT1_2, x)]), g.scalar(1, x)]))
  const density = times(use, 1 / Math.sqrt(2 * Math.PI), g.add('Exp', [times(use, -0.5, g.add('Mul', [x, x]))]))
  return g.add('Add', [cdf, g.add('Mul', [x, density])])
}

export const elementwise = {
  Add: ({ dy: [dy] }) => [dy!, dy!],
  Sub: ({ g, dy: [dy] }) => [dy!, g.add('Neg', [dy!])],
  Mul: ({ g, x: [a, b], dy: [dy], wants }) => [
    wants(0) ? g.add('Mul', [dy!, b!]) : null,
    wants(1) ? g.add('Mul', [dy!, a!]) : null,
  ],
  Div: ({ g, x: [, b], y: [y], dy: [dy], wants }) => {
    const da = g.add('Div', [dy!, b!])
    return [da, wants(1) ? g.add('Neg', [g.add('Mul', [da, y!])]) : null]
  },
  /** d(a^b) = b·a^(b−1) da + a^b·ln a db. */
  Pow: ({ g, x: [a, b], y: [y], dy: [dy], wants }) => [
    g.add('Mul', [dy!, g.add('Mul', [b!, g.add('Pow', [a!, g.add('Sub', [b!, g.scalar(1, b!)])])])]),
    wants(1) ? g.add('Mul', [dy!, g.add('Mul', [y!, g.add('Log', [a!])])]) : null,
  ],
  Max: extremum('Greater'),
  Min: extremum('Less'),
  Neg: ({ g, dy: [dy] }) => [g.add('Neg', [dy!])],
  Identity: ({ dy: [dy] }) => [dy!],
  Exp: unary((_, __, y) => y),
  Log: ({ g, x: [x], dy: [dy] }) => [g.add('Div', [dy!, x!])],
  Sqrt: ({ g, y: [y], dy: [dy] }) => [g.add('Div', [g.add('Mul', [dy!, g.scalar(0.5, y!)]), y!])],
  Reciprocal: unary((use, _, y) => use.g.add('Neg', [use.g.add('Mul', [y, y])])),
  Abs: unary(({ g }, x) => g.add('Sign', [x])),
  Tanh: unary((use, _, y) => scalarMinus(use, 1, use.g.add('Mul', [y, y]))),
  Sigmoid: unary((use, _, y) => use.g.add('Mul', [y, scalarMinus(use, 1, y)])),
  Relu: unary((use, x) => indicator(use, use.g.add('Greater', [x, use.g.scalar(0, x)]), x)),
  Sin: unary(({ g }, x) => g.add('Cos', [x])),
  Cos: unary(({ g }, x) => g.add('Neg', [g.add('Sin', [x])])),
  /** d erf = 2/√π · exp(−x²). */
  Erf: unary((use, x) =>
    times(use, 2 / Math.sqrt(Math.PI), use.g.add('Exp', [use.g.add('Neg', [use.g.add('Mul', [x, x])])])),
  ),
  Gelu: unary((use, x) => {
    const form = use.attributes['approximate']
    return form !== undefined && 'string' in form && form.string === 'tanh' ? geluTanh(use, x) : geluErf(use, x)
  }),
  Where: ({ g, x: [c], dy: [dy], wants }) => [
    null,
    wants(1) ? g.add('Where', [c!, dy!, g.scalar(0, dy!)]) : null,
    wants(2) ? g.add('Where', [c!, g.scalar(0, dy!), dy!]) : null,
  ],
  /** Between floating-point types; a cast to integers is flat and never reached by a gradient. */
  Cast: ({ g, x: [x], dy: [dy] }) =>
    x!.type === 'float32' || x!.type === 'float64'
      ? [g.add('Cast', [dy!], { attributes: { to: int(x!.type === 'float32' ? 1 : 11) } })]
      : [null],
  Sign: 'no-gradient',
  Not: 'no-gradient',
  And: 'no-gradient',
  Equal: 'no-gradient',
  Less: 'no-gradient',
  Greater: 'no-gradient',
  LessOrEqual: 'no-gradient',
  GreaterOrEqual: 'no-gradient',
} satisfies Record<string, GradientRule>
