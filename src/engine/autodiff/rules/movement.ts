import { axisOf } from '../../onnx/broadcast.ts'
import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int, ints } from '../../onnx/builder.ts'
import { intAttribute, intsAttribute } from '../../onnx/ops.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

/** Every rule that only moves elements back: the gradient in the shape of the input. */
const back: GradientRule = ({ g, x: [x], dy: [dy] }) => [g.add('Reshape', [dy!, g.ints(x!.shape)])]

const zeros = (g: GraphBuilder, like: Value, shape: readonly number[]): Value =>
  g.add('Expand', [g.scalar(0, like), g.ints(shape)])

/** Parts along an axis: Split's gradient is a Concat, with zeros for parts nothing depends on. */
function joined({ g, x: [x], y, dy, attributes }: RuleUse): Value {
  const axis = axisOf(intAttribute(attributes, 'axis', 0), x!.shape.length)
  const parts = y.map((part, i) => dy[i] ?? zeros(g, x!, part.shape))
  return g.add('Concat', parts, { attributes: { axis: int(axis) } })
}

export const movement = {
  Reshape: back,
  Squeeze: back,
  Unsqueeze: back,
  /** The walk sums a broadcast gradient back. */
  Expand: ({ dy: [dy] }) => [dy!],
  Transpose: ({ g, x: [x], dy: [dy], attributes }) => {
    const perm = intsAttribute(attributes, 'perm') ?? x!.shape.map((_, i) => x!.shape.length - 1 - i)
    return [g.add('Transpose', [dy!], { attributes: { perm: ints(perm.map((_, i) => perm.indexOf(i))) } })]
  },
  Split: (use) => [joined(use)],
  Concat: ({ g, x, dy: [dy], attributes }) => {
    const axis = axisOf(intAttribute(attributes, 'axis', 0), dy!.shape.length)
    return g.addMany('Split', [dy!, g.ints(x.map((part) => part.shape[axis]!))], {
      attributes: { axis: int(axis) },
      outputs: x.length,
    })
  },
  /** Scatters dy back to where the slice took it from. */
  Slice: (use) => {
    const {
      g,
      x: [x, starts, ends, axes, steps],
      dy: [dy],
    } = use
    const rank = x!.shape.length
    // Positions as integers 0…n−1, sliced like x itself, say where each element of dy belongs.
    const size = x!.shape.reduce((n, d) => n * d, 1)
    const positions = g.constant(
      'int64',
      Array.from({ length: size }, (_, i) => i),
      x!.shape,
    )
    const taken = g.add('Slice', [positions, starts!, ends!, axes ?? null, steps ?? null])
    const flat = (v: Value): Value => g.add('Reshape', [v, g.ints([-1])])
    const spread = g.add('ScatterElements', [zeros(g, x!, [size]), flat(taken), flat(dy!)], {
      attributes: { axis: int(0) },
    })
    return [rank === 1 ? spread : g.add('Reshape', [spread, g.ints(x!.shape)])]
  },
} satisfies Record<string, GradientRule>
