import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { text } from '../../onnx/builder.ts'

/** Names as TransformerLens has them: `gelu` is the exact one (erf), `gelu_new` the tanh approximation. */
export const activations = ['relu', 'gelu', 'gelu_new', 'silu', 'tanh'] as const

/** The activation applied element by element, under the name `as`. */
export function activate(
  g: GraphBuilder,
  x: Value,
  { activation, as }: { readonly activation: (typeof activations)[number]; readonly as: string },
): Value {
  switch (activation) {
    case 'relu':
      return g.add('Relu', [x], { as })
    case 'gelu':
      return g.add('Gelu', [x], { as, attributes: { approximate: text('none') } })
    case 'gelu_new':
      return g.add('Gelu', [x], { as, attributes: { approximate: text('tanh') } })
    case 'silu':
      return g.add('Mul', [x, g.add('Sigmoid', [x])], { as })
    case 'tanh':
      return g.add('Tanh', [x], { as })
  }
}
