import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int, ints } from '../../onnx/builder.ts'
import type { ConfigFields } from '../config-fields.ts'
import type { Decoder, DecoderUse, Parameter } from '../decoder.ts'
import type { activations } from './activations.ts'
import { activate, hubActivation } from './activations.ts'
import type { Rotation } from './layers.ts'
import { attend, causalMask, layerNorm, linearTransposed, rotate } from './layers.ts'
import { rotation } from './rotation.ts'

interface Neox {
  readonly vocabulary: number
  readonly context: number
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly inner: number
  readonly epsilon: number
  readonly tied: boolean
  /** Attention and MLP read the same stream and are added together; otherwise one after the other. */
  readonly parallel: boolean
  /** Whether attention has biases. */
  readonly biased: boolean
  readonly activation: (typeof activations)[number]
  readonly rotation: Rotation
}

/** GPT-NeoX (Black et al. 2022), the architecture of Pythia: rotary positions on part of each head, parallel residual, exact GELU or another activation. */
export function gptNeox(fields: ConfigFields): Decoder {
  const width = fields.size('hidden_size')
  const heads = fields.size('num_attention_heads')
  fields.divides('num_attention_heads', heads, width)
  const config: Neox = {
    vocabulary: fields.size('vocab_size'),
    context: fields.size('max_position_embeddings', 2048),
    width,
    heads,
    layers: fields.layers('num_hidden_layers'),
    inner: fields.size('intermediate_size', 4 * width),
    epsilon: fields.positive('layer_norm_eps', 1e-5),
    tied: fields.flag('tie_word_embeddings', false),
    parallel: fields.flag('use_parallel_residual', true),
    biased: fields.flag('attention_bias', true),
    activation: hubActivation(fields, 'hidden_act', 'gelu'),
    rotation: rotation(fields, {
      width: width / heads,
      share: { name: 'rotary_pct', otherwise: 0.25 },
      theta: ['rope_theta', 'rotary_emb_base'],
    }),
  }
  const { vocabulary, context, layers, tied } = config
  return {
    type: 'gpt_neox',
    vocabulary,
    context,
    layers,
    heads,
    parameters: parameters(config),
    prefixes: [],
    parallel: config.parallel,
    bare: 'gpt_neox.',
    isWhole: true,
    ...(tied ? { twin: { of: 'gpt_neox.embed_in.weight', name: 'embed_out.weight' } } : {}),
    body: (use) => body(use, config),
    logits: ({ g, weights }, rows) =>
      g.add('Gemm', [rows, weights.get(tied ? 'gpt_neox.embed_in.weight' : 'embed_out.weight')!], {
        as: 'logits',
        attributes: { transB: int(1) },
      }),
  }
}

function parameters({ vocabulary, width: d, layers, inner, tied, biased }: Neox): Map<string, Parameter> {
  const matrix = (...shape: number[]): Parameter => ({ shape, init: { normal: 0.02 } })
  const vector = (size: number, fill: number): Parameter => ({ shape: [size], init: { fill } })
  const all = new Map<string, Parameter>([['gpt_neox.embed_in.weight', matrix(vocabulary, d)]])
  for (let layer = 0; layer < layers; layer++) {
    const block: readonly (readonly [string, Parameter])[] = [
      ['input_layernorm.weight', vector(d, 1)],
      ['input_layernorm.bias', vector(d, 0)],
      ['post_attention_layernorm.weight', vector(d, 1)],
      ['post_attention_layernorm.bias', vector(d, 0)],
      ['attention.query_key_value.weight', matrix(3 * d, d)],
      ['attention.query_key_value.bias', vector(3 * d, 0)],
      ['attention.dense.weight', matrix(d, d)],
      ['attention.dense.bias', vector(d, 0)],
      ['mlp.dense_h_to_4h.weight', matrix(inner, d)],
      ['mlp.dense_h_to_4h.bias', vector(inner, 0)],
      ['mlp.dense_4h_to_h.weight', matrix(d, inner)],
      ['mlp.dense_4h_to_h.bias', vector(d, 0)],
    ]
    for (const [name, parameter] of block)
      if (biased || !/^attention\..*bias$/.test(name)) all.set(`gpt_neox.layers.${layer}.${name}`, parameter)
  }
  all.set('gpt_neox.final_layer_norm.weight', vector(d, 1)).set('gpt_neox.final_layer_norm.bias', vector(d, 0))
  return tied ? all : all.set('embed_out.weight', matrix(vocabulary, d))
}

function body({ g, tokens, weights }: DecoderUse, config: Neox): Value {
  const [batch, length] = tokens.shape as [number, number]
  const { epsilon, width, parallel } = config
  const at = (name: string): Value => weights.get(`gpt_neox.${name}`)!
  const norm = (x: Value, name: string, as?: string): Value =>
    layerNorm(g, { x, scale: at(`${name}.weight`), shift: at(`${name}.bias`), epsilon, as })
  let stream = g.add('Reshape', [g.add('Gather', [at('embed_in.weight'), tokens]), g.ints([batch * length, width])], {
    as: 'blocks.0.hook_resid_pre',
  })
  const mask = causalMask(g, length, stream)
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `layers.${layer}`
    const part = (suffix: string): Part => {
      const weight = at(`${name}.${suffix}.weight`)
      const bias = weights.get(`gpt_neox.${name}.${suffix}.bias`)
      return bias === undefined ? [weight] : [weight, bias]
    }
    const attended = attention({ g, config, layer, batch, length, part }, norm(stream, `${name}.input_layernorm`), mask)
    const middle = g.add('Add', [stream, attended], { as: `blocks.${layer}.hook_resid_mid` })
    const read = norm(parallel ? stream : middle, `${name}.post_attention_layernorm`)
    const block = `blocks.${layer}`
    const pre = linearTransposed(g, [read, ...part('mlp.dense_h_to_4h')], `${block}.mlp.hook_pre`)
    const active = activate(g, pre, { activation: config.activation, as: `${block}.mlp.hook_post` })
    const out = linearTransposed(g, [active, ...part('mlp.dense_4h_to_h')], `${block}.hook_mlp_out`)
    stream = g.add('Add', [middle, out], { as: `${block}.hook_resid_post` })
  }
  return norm(stream, 'final_layer_norm', 'ln_final.hook_normalized')
}

/** Weights of a linear layer, with its bias where it has one. */
type Part = readonly [weight: Value] | readonly [weight: Value, bias: Value]

interface Block {
  readonly g: GraphBuilder
  readonly config: Neox
  readonly layer: number
  readonly batch: number
  readonly length: number
  part(name: string): Part
}

/** Queries, keys and values lie side by side within each head. */
function attention(
  { g, config: { heads, width: d, rotation }, layer, batch, length, part }: Block,
  x: Value,
  mask: Value,
): Value {
  const width = d / heads
  const joined = linearTransposed(g, [x, ...part('attention.query_key_value')])
  const shaped = g.add('Transpose', [g.add('Reshape', [joined, g.ints([batch, length, heads, 3 * width])])], {
    attributes: { perm: ints([0, 2, 1, 3]) },
  })
  const block = `blocks.${layer}`
  const [query, key, value] = g.addMany('Split', [shaped, g.ints([width, width, width])], {
    as: ['q', 'k', 'v'].map((part) => `${block}.attn.hook_${part}`),
    attributes: { axis: int(-1) },
    outputs: 3,
  }) as [Value, Value, Value]
  const attended = attend(g, {
    query: rotate(g, query, { ...rotation, as: `${block}.attn.hook_rot_q` }),
    key: rotate(g, key, { ...rotation, as: `${block}.attn.hook_rot_k` }),
    value,
    mask,
    block,
  })
  return linearTransposed(g, [attended, ...part('attention.dense')], `${block}.hook_attn_out`)
}
