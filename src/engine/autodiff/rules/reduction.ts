import type { Value } from '../../onnx/builder.ts'
import { int } from '../../onnx/builder.ts'
import { sizeOf } from '../../onnx/graph.ts'
import { axisIn, intAttribute } from '../../onnx/ops/op-use.ts'
import { reducedAxes } from '../../onnx/ops/reduction.ts'
import { compared, indicator, only, product, summed, times } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

/** `value` (an output or its gradient) in the shape a reduction with keepdims = 1 would have, so that it broadcasts. */
function kept(use: RuleUse, value: Value): Value {
  const { g, x, attributes } = use
  if (intAttribute(attributes, 'keepdims', 1) === 1) return value
  const axes = reducedAxes(use)
  if (axes.length === 0) return value
  const isWhole = axes.length === x[0]!.shape.length && x[1] === undefined
  return isWhole
    ? g.add('Reshape', [value, g.ints(x[0]!.shape.map(() => 1))])
    : g.add('Unsqueeze', [value, x[1]!.shape[0] === axes.length ? x[1]! : g.ints(axes)])
}
const spread = (use: RuleUse): Value => use.g.add('Expand', [kept(use, use.dy[0]!), use.g.ints(use.x[0]!.shape)])

/** To the largest or smallest elements, in equal parts where several tie. */
const extreme: GradientRule = (use) => {
  const {
    g,
    x: [x, axes],
    y: [y],
    dy: [dy],
  } = use
  const reduced = reducedAxes(use)
  if (reduced.length === 0) return [dy!]
  const hit = g.add('Where', [g.add('Equal', [x!, kept(use, y!)]), g.scalar(1, x!), g.scalar(0, x!)])
  const listed = axes?.shape[0] === reduced.length ? [axes] : []
  const ties = g.add('ReduceSum', [hit, ...listed], { attributes: { keepdims: { int: 1 } } })
  return [g.add('Mul', [g.add('Div', [hit, ties]), kept(use, dy!)])]
}

/**
 * Product of all the others, zeros or not: with one zero only that element has a gradient, with two none. So the product
 * goes over the rest, and counts where it holds as many zeros as the element itself brings.
 */
const prod: GradientRule = (use) => {
  const {
    g,
    x: [x],
    dy: [dy],
  } = use
  const axes = reducedAxes(use)
  if (axes.length === 0) return [dy!]
  const zero = compared(g, x!, ['Equal', 0])
  const isZero = indicator(g, zero, x!)
  const filled = g.add('Where', [zero, g.scalar(1, x!), x!])
  const rest = g.add('ReduceProd', [filled, g.ints(axes)], { attributes: { keepdims: int(1) } })
  const others = g.add('Div', [rest, filled])
  const counts = g.add('Equal', [summed(g, isZero, axes), isZero])
  return [g.add('Mul', [kept(use, dy!), only(g, counts, others)])]
}

/** A rule dx = dy · f with f computed from x and from y in the shape that broadcasts to it. */
const weighted =
  (factor: (use: RuleUse, x: Value, y: Value) => Value): GradientRule =>
  (use) => [use.g.add('Mul', [kept(use, use.dy[0]!), factor(use, use.x[0]!, kept(use, use.y[0]!))])]

export const reduction = {
  ReduceSum: (use) => [spread(use)],
  ReduceMean: (use) => {
    const count = sizeOf(use.x[0]!.shape) / sizeOf(use.y[0]!.shape)
    return [use.g.add('Mul', [spread(use), use.g.scalar(1 / count, use.dy[0]!)])]
  },
  ReduceMax: extreme,
  ReduceMin: extreme,
  ReduceProd: prod,
  ReduceL1: weighted(({ g }, x) => g.add('Sign', [x])),
  /** x/‖x‖, and 0 (a subgradient) where all is 0. */
  ReduceL2: weighted(({ g }, x, y) => {
    const isZero = compared(g, y, ['Equal', 0])
    return g.add('Div', [x, g.add('Where', [isZero, g.scalar(1, y), y])])
  }),
  ReduceLogSum: weighted((use, x) => {
    const { g } = use
    return g.add('Expand', [g.add('Reciprocal', [summed(g, x, reducedAxes(use))]), g.ints(x.shape)])
  }),
  ReduceLogSumExp: weighted(({ g }, x, y) => g.add('Exp', [g.add('Sub', [x, y])])),
  ReduceSumSquare: weighted(({ g }, x) => times(g, 2, x)),
  /** dx = y·(dy − Σ dy·y). */
  Softmax: (use) => {
    const {
      g,
      x: [x],
      y: [y],
      dy: [dy],
      attributes,
    } = use
    const axis = axisIn(use, intAttribute(attributes, 'axis', -1), x!.shape.length)
    const part = g.add('Mul', [dy!, y!])
    const sum = g.add('ReduceSum', [part, g.ints([axis])])
    return [g.add('Sub', [part, g.add('Mul', [y!, sum])])]
  },
  /** dx = dy − exp(y)·Σ dy. */
  LogSoftmax: (use) => {
    const {
      g,
      x: [x],
      y: [y],
      dy: [dy],
      attributes,
    } = use
    const axis = axisIn(use, intAttribute(attributes, 'axis', -1), x!.shape.length)
    const sum = g.add('ReduceSum', [dy!, g.ints([axis])])
    return [g.add('Sub', [dy!, product(g, g.add('Exp', [y!]), sum)])]
  },
  /** What came after sums what came before, and the other way round. */
  CumSum: ({ g, x: [, axis], dy: [dy], attributes }) => [
    g.add('CumSum', [dy!, axis!], {
      attributes: {
        exclusive: int(intAttribute(attributes, 'exclusive', 0)),
        reverse: int(1 - intAttribute(attributes, 'reverse', 0)),
      },
    }),
    null,
  ],
} satisfies Record<string, GradientRule>
