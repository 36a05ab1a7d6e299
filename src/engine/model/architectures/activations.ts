import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { text } from '../../onnx/builder.ts'
import type { ConfigFields } from '../config-fields.ts'

/** Names as TransformerLens has them: `gelu` is the exact one (erf), `gelu_new` the tanh approximation. */
export const activations = ['relu', 'gelu', 'gelu_new', 'silu', 'tanh'] as const

type Activation = (typeof activations)[number]

/** What Transformers calls them; the tanh approximation has three names there. */
const hubNames = {
  gelu: 'gelu',
  gelu_new: 'gelu_new',
  gelu_fast: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
  tanh: 'tanh',
} as const satisfies Record<string, Activation>

/** The activation that a field of a hub's configuration names. Throws ModelError for one that is not known here. */
export const hubActivation = (fields: ConfigFields, name: string, otherwise: keyof typeof hubNames): Activation =>
  hubNames[fields.choice(name, Object.keys(hubNames) as (keyof typeof hubNames)[], otherwise)]

/** The activation applied element by element, under the name `as`. */
export function activate(
  g: GraphBuilder,
  x: Value,
  { activation, as }: { readonly activation: Activation; readonly as?: string },
): Value {
  const named = as === undefined ? {} : { as }
  switch (activation) {
    case 'relu':
      return g.add('Relu', [x], named)
    case 'gelu':
      return g.add('Gelu', [x], { ...named, attributes: { approximate: text('none') } })
    case 'gelu_new':
      return g.add('Gelu', [x], { ...named, attributes: { approximate: text('tanh') } })
    case 'silu':
      return g.add('Mul', [x, g.add('Sigmoid', [x])], named)
    case 'tanh':
      return g.add('Tanh', [x], named)
  }
}
