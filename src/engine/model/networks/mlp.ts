import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int, ints } from '../../onnx/builder.ts'
import { activate, activations } from '../architectures/activations.ts'
import type { ConfigFields } from '../config-fields.ts'
import type { Parameter } from '../decoder.ts'
import type { Network, NetworkUse, Port } from '../network.ts'
import { beginBuilt } from '../network-graph.ts'

interface Mlp {
  /** Widths of the input, of each hidden layer, and of the output. */
  readonly sizes: readonly number[]
  readonly activation: (typeof activations)[number]
  readonly bias: boolean
  /** Tokens of an example where the input is a sum of one-hot vectors; 0 where it is a vector. */
  readonly tokens: number
}

/**
 * A plain multilayer perceptron: y = W·x + b layer by layer, weights stored [out, in] as PyTorch's Linear, an activation
 * between layers. The input is a vector of sizes[0] numbers, or (`tokens`: k) k token numbers below sizes[0], each a
 * one-hot vector, summed. Initialised from N(0, 2/in) (He et al. 2015), biases zero.
 */
export function mlp(fields: ConfigFields): Network {
  const sizes = fields.sizes('sizes')
  if (sizes.length < 2) fields.refuse('sizes', 'at least the widths of the input and the output are needed')
  const config: Mlp = {
    sizes,
    activation: fields.choice('activation', activations, 'relu'),
    bias: fields.flag('bias', true),
    tokens: fields.count('tokens', 0),
  }
  const read: readonly [string, Port] =
    config.tokens === 0
      ? ['input', { type: 'float32', shape: ['batch', sizes[0]!] }]
      : ['tokens', { type: 'int64', shape: ['batch', config.tokens], below: sizes[0]! }]
  const head = { type: 'mlp', parameters: parameters(config), inputs: new Map([read]) }
  return {
    ...head,
    prefixes: [],
    isWhole: true,
    outputs: ['logits'],
    begin: (at) => beginBuilt(head, at, (use) => new Map([['logits', build(use, config)]])),
  }
}

function parameters({ sizes, bias }: Mlp): Map<string, Parameter> {
  const all = new Map<string, Parameter>()
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const [from, to] = [sizes[layer]!, sizes[layer + 1]!]
    all.set(`layers.${layer}.weight`, { shape: [to, from], init: { normal: Math.sqrt(2 / from) } })
    if (bias) all.set(`layers.${layer}.bias`, { shape: [to], init: { fill: 0 } })
  }
  return all
}

function build({ g, inputs, weights }: NetworkUse, { sizes, activation, bias, tokens }: Mlp): Value {
  const last = sizes.length - 2
  let x = inputs.get(tokens === 0 ? 'input' : 'tokens')!
  for (let layer = 0; layer <= last; layer++) {
    const weight = weights.get(`layers.${layer}.weight`)!
    const shift = bias ? [weights.get(`layers.${layer}.bias`)!] : []
    const as = layer === last ? 'logits' : `layers.${layer}.pre`
    x =
      layer === 0 && tokens > 0
        ? sumOfColumns(g, [weight, x, ...shift], as)
        : g.add('Gemm', [x, weight, ...shift], { as, attributes: { transB: int(1) } })
    if (layer < last) x = activate(g, x, { activation, as: `layers.${layer}.post` })
  }
  return x
}

/** Σ over an example's tokens of the weight's columns: what a matrix makes of a sum of one-hot vectors. */
function sumOfColumns(g: GraphBuilder, [weight, tokens, shift]: readonly Value[], as: string): Value {
  const columns = g.add('Transpose', [weight!], { attributes: { perm: ints([1, 0]) } })
  const summed = g.add('ReduceSum', [g.add('Gather', [columns, tokens!]), g.ints([1])], {
    ...(shift === undefined ? { as } : {}),
    attributes: { keepdims: int(0) },
  })
  return shift === undefined ? summed : g.add('Add', [summed, shift], { as })
}
