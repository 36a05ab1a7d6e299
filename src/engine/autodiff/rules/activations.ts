import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { floatAttribute, textAttribute } from '../../onnx/ops/op-use.ts'
import type { Comparison } from '../arithmetic.ts'
import { compared, indicator, minusFrom, only, plus, product, square, times } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

/** A rule for y = f(x): dx = dy · f'(x), given f'. */
export const unary =
  (derivative: (use: RuleUse, x: Value, y: Value) => Value): GradientRule =>
  (use) => [use.g.add('Mul', [use.dy[0]!, derivative(use, use.x[0]!, use.y[0]!)])]

/** √(2/π) of the tanh form of GELU, Hendrycks and Gimpel 2016. */
const geluScale = Math.sqrt(2 / Math.PI)

/** tanh form: y = x·s, s = σ(2u), u = √(2/π)(x + .044715x³); y' = s + x·s(1 − s)·2u'. */
function geluTanh({ g }: RuleUse, x: Value): Value {
  const squared = g.add('Mul', [x, x])
  const inner = g.add('Mul', [
    x,
    g.add('Add', [times(g, 2 * geluScale * 0.044715, squared), g.scalar(2 * geluScale, x)]),
  ])
  const s = g.add('Sigmoid', [inner])
  const slope = g.add('Add', [times(g, 6 * geluScale * 0.044715, squared), g.scalar(2 * geluScale, x)])
  const bend = g.add('Mul', [g.add('Mul', [x, slope]), minusFrom(g, 1, s)])
  return g.add('Mul', [s, plus(g, bend, 1)])
}

/** erf form: y' = Φ(x) + x·φ(x). */
function geluErf({ g }: RuleUse, x: Value): Value {
  const cdf = times(g, 0.5, plus(g, g.add('Erf', [times(g, Math.SQRT1_2, x)]), 1))
  const density = times(g, 1 / Math.sqrt(2 * Math.PI), g.add('Exp', [times(g, -0.5, g.add('Mul', [x, x]))]))
  return g.add('Add', [cdf, g.add('Mul', [x, density])])
}

/** `inside` where x compares so to c, the number `outside` elsewhere. */
function piecewise(
  g: GraphBuilder,
  x: Value,
  { when, inside, outside }: { when: readonly [Comparison, number]; inside: number | Value; outside: number | Value },
): Value {
  const value = (v: number | Value): Value => (typeof v === 'number' ? g.scalar(v, x) : v)
  return g.add('Where', [compared(g, x, when), value(inside), value(outside)])
}
const alphaOf = ({ attributes }: RuleUse, otherwise: number): number => floatAttribute(attributes, 'alpha', otherwise)

/** Constants of SELU as ONNX gives them, Klambauer et al. 2017. */
const selu = { alpha: 1.67326319217681884765625, gamma: 1.05070102214813232421875 }

export const activations = {
  Tanh: unary(({ g }, _, y) => minusFrom(g, 1, square(g, y))),
  Sigmoid: unary(({ g }, _, y) => g.add('Mul', [y, minusFrom(g, 1, y)])),
  Relu: unary(({ g }, x) => indicator(g, compared(g, x, ['Greater', 0]), x)),
  LeakyRelu: unary((use, x) => piecewise(use.g, x, { when: ['Greater', 0], inside: 1, outside: alphaOf(use, 0.01) })),
  /** α·eˣ = y + α below 0. */
  Elu: unary((use, x, y) =>
    piecewise(use.g, x, { when: ['Greater', 0], inside: 1, outside: plus(use.g, y, alphaOf(use, 1)) }),
  ),
  Selu: unary((use, x, y) => {
    const gamma = floatAttribute(use.attributes, 'gamma', selu.gamma)
    const below = plus(use.g, y, gamma * alphaOf(use, selu.alpha))
    return piecewise(use.g, x, { when: ['Greater', 0], inside: gamma, outside: below })
  }),
  /** e^{x/α} = y/α + 1 below 0. */
  Celu: unary((use, x, y) => {
    const below = plus(use.g, times(use.g, 1 / alphaOf(use, 1), y), 1)
    return piecewise(use.g, x, { when: ['Greater', 0], inside: 1, outside: below })
  }),
  /** y = x·t, t = tanh(softplus x): y' = t + x(1 − t²)σ(x). Misra 2019. */
  Mish: unary(({ g }, x) => {
    const t = g.add('Tanh', [g.add('Softplus', [x])])
    return g.add('Add', [t, product(g, x, minusFrom(g, 1, square(g, t)), g.add('Sigmoid', [x]))])
  }),
  HardSigmoid: unary((use, x, y) => {
    const { g } = use
    const between = g.add('And', [compared(g, y, ['Greater', 0]), compared(g, y, ['Less', 1])])
    return only(g, between, g.add('Expand', [g.scalar(alphaOf(use, 0.2), x), g.ints(x.shape)]))
  }),
  /** y = x·max(0, min(1, x/6 + ½)): y' = x/3 + ½ between −3 and 3. Howard et al. 2019. */
  HardSwish: unary(({ g }, x) => {
    const between = piecewise(g, x, { when: ['Greater', -3], inside: plus(g, times(g, 1 / 3, x), 0.5), outside: 0 })
    return piecewise(g, x, { when: ['Less', 3], inside: between, outside: 1 })
  }),
  Softplus: unary(({ g }, x) => g.add('Sigmoid', [x])),
  /** y = x/(1 + |x|): y' = 1/(1 + |x|)² = (1 − |y|)². */
  Softsign: unary(({ g }, _, y) => square(g, minusFrom(g, 1, g.add('Abs', [y])))),
  ThresholdedRelu: unary((use, x) => indicator(use.g, compared(use.g, x, ['Greater', alphaOf(use, 1)]), x)),
  Shrink: unary(({ g, attributes }, x) =>
    indicator(g, compared(g, g.add('Abs', [x]), ['Greater', floatAttribute(attributes, 'lambd', 0.5)]), x),
  ),
  /** d erf = 2/√π · exp(−x²). */
  Erf: unary(({ g }, x) => times(g, 2 / Math.sqrt(Math.PI), g.add('Exp', [g.add('Neg', [g.add('Mul', [x, x])])]))),
  Gelu: unary((use, x) =>
    textAttribute(use.attributes, 'approximate', 'none') === 'tanh' ? geluTanh(use, x) : geluErf(use, x),
  ),
  PRelu: ({ g, x: [x, slope], dy: [dy], wants }) => {
    const below = compared(g, x!, ['Less', 0])
    return [
      wants(0) ? g.add('Mul', [dy!, g.add('Where', [below, slope!, g.scalar(1, x!)])]) : null,
      wants(1) ? g.add('Mul', [dy!, only(g, below, x!)]) : null,
    ]
  },
} satisfies Record<string, GradientRule>
