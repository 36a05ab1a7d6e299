import { axisOf } from '../../onnx/broadcast.ts'
import type { Value } from '../../onnx/builder.ts'
import { sizeOf } from '../../onnx/graph.ts'
import { intAttribute } from '../../onnx/ops.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

/** `value` (an output or its gradient) in the shape a reduction with keepdims = 1 would have, so that it broadcasts. */
function kept({ g, x: [x, axes], y, attributes }: RuleUse, value: Value): Value {
  if (intAttribute(attributes, 'keepdims', 1) === 1) return value
  const rank = x!.shape.length
  if (axes === undefined) return g.add('Reshape', [value, g.ints(x!.shape.map(() => 1))])
  // The reduced axes are those whose removal turns x's shape into y's; ask the axes input itself.
  return y[0]!.shape.length === rank ? value : g.add('Unsqueeze', [value, axes])
}
const spread = (use: RuleUse): Value => use.g.add('Expand', [kept(use, use.dy[0]!), use.g.ints(use.x[0]!.shape)])

export const reduction = {
  ReduceSum: (use) => [spread(use)],
  ReduceMean: (use) => {
    const count = sizeOf(use.x[0]!.shape) / sizeOf(use.y[0]!.shape)
    return [use.g.add('Mul', [spread(use), use.g.scalar(1 / count, use.dy[0]!)])]
  },
  /** To the maxima, in equal parts where several tie. */
  ReduceMax: (use) => {
    const {
      g,
      x: [x, axes],
      y: [y],
      dy: [dy],
    } = use
    const hit = g.add('Where', [g.add('Equal', [x!, kept(use, y!)]), g.scalar(1, x!), g.scalar(0, x!)])
    const ties = g.add('ReduceSum', axes === undefined ? [hit] : [hit, axes], { attributes: { keepdims: { int: 1 } } })
    return [g.add('Mul', [g.add('Div', [hit, ties]), kept(use, dy!)])]
  },
  /** dx = y·(dy − Σ dy·y). */
  Softmax: ({ g, x: [x], y: [y], dy: [dy], attributes }) => {
    const axis = axisOf(intAttribute(attributes, 'axis', -1), x!.shape.length)
    const weighted = g.add('Mul', [dy!, y!])
    const sum = g.add('ReduceSum', [weighted, g.ints([axis])])
    return [g.add('Sub', [weighted, g.add('Mul', [y!, sum])])]
  },
  /** dx = dy − exp(y)·Σ dy. */
  LogSoftmax: ({ g, x: [x], y: [y], dy: [dy], attributes }) => {
    const axis = axisOf(intAttribute(attributes, 'axis', -1), x!.shape.length)
    const sum = g.add('ReduceSum', [dy!, g.ints([axis])])
    return [g.add('Sub', [dy!, g.add('Mul', [g.add('Exp', [y!]), sum])])]
  },
} satisfies Record<string, GradientRule>
