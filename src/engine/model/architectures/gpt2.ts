import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int } from '../../onnx/builder.ts'
import type { ConfigFields } from '../config-fields.ts'
import type { Decoder, DecoderUse, Parameter } from '../decoder.ts'
import type { activations } from './activations.ts'
import { activate, hubActivation } from './activations.ts'
import { attend, causalMask, layerNorm, linear, splitHeads } from './layers.ts'

interface Gpt2 {
  readonly vocabulary: number
  readonly context: number
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly inner: number
  readonly epsilon: number
  readonly tied: boolean
  readonly activation: (typeof activations)[number]
  /** Whether scores are divided by the root of a head's width, and by the number of the layer, counted from 1. */
  readonly scaled: boolean
  readonly byLayer: boolean
}

/**
 * GPT-2 (Radford et al. 2019): learned positions, LayerNorm before each part, tanh GELU or another
 * activation. Linear layers are stored [in,
 * out] (GPT-2's Conv1D); files in the layout of minGPT and PyTorch are turned as they are read.
 */
export function gpt2(fields: ConfigFields): Decoder {
  fields.absent('add_cross_attention', false)
  fields.flag('reorder_and_upcast_attn', false) // an order of operations in half precision; here all is in single
  const width = fields.size('n_embd')
  const heads = fields.size('n_head')
  fields.divides('n_head', heads, width)
  const config: Gpt2 = {
    vocabulary: fields.size('vocab_size'),
    context: fields.size('n_positions', fields.size('n_ctx', 1024)), // the oldest files have n_ctx alone
    width,
    heads,
    layers: fields.layers('n_layer'),
    inner: fields.size('n_inner', 4 * width),
    epsilon: fields.positive('layer_norm_epsilon', 1e-5),
    tied: fields.flag('tie_word_embeddings', true),
    activation: hubActivation(fields, 'activation_function', 'gelu_new'),
    scaled: fields.flag('scale_attn_weights', true),
    byLayer: fields.flag('scale_attn_by_inverse_layer_idx', false),
  }
  const { vocabulary, context, layers, tied } = config
  return {
    type: 'gpt2',
    vocabulary,
    context,
    layers,
    heads,
    parameters: parameters(config),
    prefixes: ['transformer.'],
    isWhole: true,
    ...(tied ? { twin: { of: 'wte.weight', name: 'lm_head.weight' } } : {}),
    turnable: { probe: 'h.0.attn.c_attn.weight', matches: (name) => /\.(c_attn|c_proj|c_fc)\.weight$/.test(name) },
    body: (use) => body(use, config),
    logits: ({ g, weights }, rows) =>
      g.add('Gemm', [rows, weights.get(tied ? 'wte.weight' : 'lm_head.weight')!], {
        as: 'logits',
        attributes: { transB: int(1) },
      }),
  }
}

/** With GPT-2's own initialisation: N(0, 0.02²), projections into the stream divided by √(2·layers) (section 2.3). */
function parameters({ vocabulary, context, width: d, layers, inner, tied }: Gpt2): Map<string, Parameter> {
  const matrix = (shape: readonly number[], normal = 0.02): Parameter => ({ shape, init: { normal } })
  const vector = (size: number, fill: number): Parameter => ({ shape: [size], init: { fill } })
  const out = 0.02 / Math.sqrt(2 * layers)
  const all = new Map<string, Parameter>([
    ['wte.weight', matrix([vocabulary, d])],
    ['wpe.weight', matrix([context, d])],
  ])
  for (let layer = 0; layer < layers; layer++) {
    const block: readonly (readonly [string, Parameter])[] = [
      ['ln_1.weight', vector(d, 1)],
      ['ln_1.bias', vector(d, 0)],
      ['attn.c_attn.weight', matrix([d, 3 * d])],
      ['attn.c_attn.bias', vector(3 * d, 0)],
      ['attn.c_proj.weight', matrix([d, d], out)],
      ['attn.c_proj.bias', vector(d, 0)],
      ['ln_2.weight', vector(d, 1)],
      ['ln_2.bias', vector(d, 0)],
      ['mlp.c_fc.weight', matrix([d, inner])],
      ['mlp.c_fc.bias', vector(inner, 0)],
      ['mlp.c_proj.weight', matrix([inner, d], out)],
      ['mlp.c_proj.bias', vector(d, 0)],
    ]
    for (const [name, parameter] of block) all.set(`h.${layer}.${name}`, parameter)
  }
  all.set('ln_f.weight', vector(d, 1)).set('ln_f.bias', vector(d, 0))
  return tied ? all : all.set('lm_head.weight', matrix([vocabulary, d]))
}

function body({ g, tokens, weights }: DecoderUse, config: Gpt2): Value {
  const [batch, length] = tokens.shape as [number, number]
  const { epsilon } = config
  const at = (name: string): Value => weights.get(name)!
  const norm = (x: Value, name: string, as?: string): Value =>
    layerNorm(g, { x, scale: at(`${name}.weight`), shift: at(`${name}.bias`), epsilon, as })
  const positions = g.add('Slice', [at('wpe.weight'), g.ints([0]), g.ints([length]), g.ints([0])])
  const embedded = g.add('Add', [g.add('Gather', [at('wte.weight'), tokens]), positions])
  let stream = g.add('Reshape', [embedded, g.ints([batch * length, config.width])], { as: 'blocks.0.hook_resid_pre' })
  const mask = causalMask(g, length, stream)
  for (let layer = 0; layer < config.layers; layer++) {
    const part = (name: string): readonly [Value, Value] => [
      at(`h.${layer}.${name}.weight`),
      at(`h.${layer}.${name}.bias`),
    ]
    const attended = attention({ g, config, layer, batch, length, part }, norm(stream, `h.${layer}.ln_1`), mask)
    const middle = g.add('Add', [stream, attended], { as: `blocks.${layer}.hook_resid_mid` })
    const block = `blocks.${layer}`
    const pre = linear(g, [norm(middle, `h.${layer}.ln_2`), ...part('mlp.c_fc')], `${block}.mlp.hook_pre`)
    const active = activate(g, pre, { activation: config.activation, as: `${block}.mlp.hook_post` })
    const out = linear(g, [active, ...part('mlp.c_proj')], `${block}.hook_mlp_out`)
    stream = g.add('Add', [middle, out], { as: `${block}.hook_resid_post` })
  }
  return norm(stream, 'ln_f', 'ln_final.hook_normalized')
}

interface Block {
  readonly g: GraphBuilder
  readonly config: Gpt2
  readonly layer: number
  readonly batch: number
  readonly length: number
  part(name: string): readonly [Value, Value]
}

function attention(
  { g, config: { heads, width: d, scaled, byLayer }, layer, batch, length, part }: Block,
  x: Value,
  mask: Value,
): Value {
  const joined = linear(g, [x, ...part('attn.c_attn')])
  const block = `blocks.${layer}`
  // All heads of q, k and v to the front at once: [batch, 3·heads, length, width], whose thirds lie side by side.
  const turned = splitHeads(g, joined, { batch, length, heads: 3 * heads, width: d / heads })
  const [query, key, value] = g.addMany('Split', [turned, g.ints([heads, heads, heads])], {
    as: ['q', 'k', 'v'].map((name) => `${block}.attn.hook_${name}`),
    attributes: { axis: int(1) },
    outputs: 3,
  }) as [Value, Value, Value]
  const gain = (scaled ? 1 : Math.sqrt(d / heads)) / (byLayer ? layer + 1 : 1)
  const attended = attend(g, { query, key, value, mask, gain, block })
  return linear(g, [attended, ...part('attn.c_proj')], `${block}.hook_attn_out`)
}
