import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int } from '../../onnx/builder.ts'
import type { ConfigFields } from '../config-fields.ts'
import type { Decoder, DecoderUse, Parameter } from '../decoder.ts'
import type { activations } from './activations.ts'
import { activate, hubActivation } from './activations.ts'
import type { Rotation } from './layers.ts'
import { attend, causalMask, linearTransposed, rmsNorm, rotate, splitHeads } from './layers.ts'
import { rotation } from './rotation.ts'

interface Llama {
  readonly vocabulary: number
  readonly context: number
  readonly width: number
  readonly layers: number
  readonly heads: number
  /** Heads of keys and values, each shared by heads / keyHeads queries. */
  readonly keyHeads: number
  readonly headWidth: number
  readonly inner: number
  readonly epsilon: number
  readonly tied: boolean
  /** Which parts of a block have biases. */
  readonly biases: Readonly<Record<'self_attn' | 'mlp', boolean>>
  readonly activation: (typeof activations)[number]
  readonly rotation: Rotation
}

/** Llama (Touvron et al. 2023): RMS norm, rotary positions, grouped-query attention, SwiGLU; without biases unless they are asked for. */
export function llama(fields: ConfigFields): Decoder {
  const width = fields.size('hidden_size')
  const heads = fields.size('num_attention_heads')
  const keyHeads = fields.size('num_key_value_heads', heads)
  fields.divides('num_key_value_heads', keyHeads, heads)
  if (!fields.has('head_dim')) fields.divides('num_attention_heads', heads, width)
  const headWidth = fields.size('head_dim', width / heads)
  const config: Llama = {
    vocabulary: fields.size('vocab_size'),
    context: fields.size('max_position_embeddings', 2048),
    width,
    heads,
    keyHeads,
    headWidth,
    layers: fields.layers('num_hidden_layers'),
    inner: fields.size('intermediate_size'),
    epsilon: fields.positive('rms_norm_eps', 1e-6),
    tied: fields.flag('tie_word_embeddings', false),
    biases: { self_attn: fields.flag('attention_bias', false), mlp: fields.flag('mlp_bias', false) },
    activation: hubActivation(fields, 'hidden_act', 'silu'),
    rotation: rotation(fields, { width: headWidth, theta: ['rope_theta'] }),
  }
  const { vocabulary, context, layers, tied } = config
  return {
    type: 'llama',
    vocabulary,
    context,
    layers,
    heads,
    parameters: parameters(config),
    prefixes: [],
    bare: 'model.',
    isWhole: true,
    ...(tied ? { twin: { of: 'model.embed_tokens.weight', name: 'lm_head.weight' } } : {}),
    body: (use) => body(use, config),
    logits: ({ g, weights }, rows) =>
      g.add('Gemm', [rows, weights.get(tied ? 'model.embed_tokens.weight' : 'lm_head.weight')!], {
        as: 'logits',
        attributes: { transB: int(1) },
      }),
  }
}

function parameters({
  vocabulary,
  width: d,
  layers,
  heads,
  keyHeads,
  headWidth,
  inner,
  tied,
  biases,
}: Llama): Map<string, Parameter> {
  const matrix = (...shape: number[]): Parameter => ({ shape, init: { normal: 0.02 } })
  const gain: Parameter = { shape: [d], init: { fill: 1 } }
  const all = new Map<string, Parameter>([['model.embed_tokens.weight', matrix(vocabulary, d)]])
  for (let layer = 0; layer < layers; layer++) {
    const block: readonly (readonly [string, Parameter])[] = [
      ['input_layernorm', gain],
      ['self_attn.q_proj', matrix(heads * headWidth, d)],
      ['self_attn.k_proj', matrix(keyHeads * headWidth, d)],
      ['self_attn.v_proj', matrix(keyHeads * headWidth, d)],
      ['self_attn.o_proj', matrix(d, heads * headWidth)],
      ['post_attention_layernorm', gain],
      ['mlp.gate_proj', matrix(inner, d)],
      ['mlp.up_proj', matrix(inner, d)],
      ['mlp.down_proj', matrix(d, inner)],
    ]
    for (const [name, parameter] of block) {
      all.set(`model.layers.${layer}.${name}.weight`, parameter)
      const part = name.split('.')[0]!
      if (part in biases && biases[part as keyof typeof biases])
        all.set(`model.layers.${layer}.${name}.bias`, { shape: [parameter.shape[0]!], init: { fill: 0 } })
    }
  }
  all.set('model.norm.weight', gain)
  return tied ? all : all.set('lm_head.weight', matrix(vocabulary, d))
}

function body({ g, tokens, weights }: DecoderUse, config: Llama): Value {
  const [batch, length] = tokens.shape as [number, number]
  const { epsilon, width } = config
  const at = (name: string): Value => weights.get(`model.${name}.weight`)!
  const norm = (x: Value, name: string, as?: string): Value => rmsNorm(g, { x, scale: at(name), epsilon, as })
  let stream = g.add('Reshape', [g.add('Gather', [at('embed_tokens'), tokens]), g.ints([batch * length, width])], {
    as: 'blocks.0.hook_resid_pre',
  })
  const mask = causalMask(g, length, stream)
  for (let layer = 0; layer < config.layers; layer++) {
    const part = (name: string): Part => {
      const bias = weights.get(`model.layers.${layer}.${name}.bias`)
      return bias === undefined ? [at(`layers.${layer}.${name}`)] : [at(`layers.${layer}.${name}`), bias]
    }
    const attended = attention(
      { g, config, layer, batch, length, part },
      norm(stream, `layers.${layer}.input_layernorm`),
      mask,
    )
    const middle = g.add('Add', [stream, attended], { as: `blocks.${layer}.hook_resid_mid` })
    const read = norm(middle, `layers.${layer}.post_attention_layernorm`)
    const block = `blocks.${layer}`
    const gate = linearTransposed(g, [read, ...part('mlp.gate_proj')], `${block}.mlp.hook_pre`)
    const open = activate(g, gate, { activation: config.activation })
    const up = linearTransposed(g, [read, ...part('mlp.up_proj')], `${block}.mlp.hook_pre_linear`)
    const active = g.add('Mul', [open, up], {
      as: `${block}.mlp.hook_post`,
    })
    const out = linearTransposed(g, [active, ...part('mlp.down_proj')], `${block}.hook_mlp_out`)
    stream = g.add('Add', [middle, out], { as: `${block}.hook_resid_post` })
  }
  return norm(stream, 'norm', 'ln_final.hook_normalized')
}

/** Weights of a linear layer, with its bias where it has one. */
type Part = readonly [weight: Value] | readonly [weight: Value, bias: Value]

interface Block {
  readonly g: GraphBuilder
  readonly config: Llama
  readonly layer: number
  readonly batch: number
  readonly length: number
  part(name: string): Part
}

function attention({ g, config, layer, batch, length, part }: Block, x: Value, mask: Value): Value {
  const { heads, keyHeads, headWidth: width, rotation } = config
  const hook = (name: string): { as: string } => ({ as: `blocks.${layer}.attn.hook_${name}` })
  const project = (name: string, count: number): Value => {
    const all = linearTransposed(g, [x, ...part(`self_attn.${name}_proj`)])
    return splitHeads(g, all, { batch, length, heads: count, width, ...hook(name) })
  }
  /** Each head of keys or values once for every query head of its group. */
  const repeated = (value: Value): Value => {
    if (keyHeads === heads) return value
    const group = heads / keyHeads
    const spread = g.add('Expand', [
      g.add('Unsqueeze', [value, g.ints([2])]),
      g.ints([batch, keyHeads, group, length, width]),
    ])
    return g.add('Reshape', [spread, g.ints([batch, heads, length, width])])
  }
  const attended = attend(g, {
    query: rotate(g, project('q', heads), { ...rotation, ...hook('rot_q') }),
    key: repeated(rotate(g, project('k', keyHeads), { ...rotation, ...hook('rot_k') })),
    value: repeated(project('v', keyHeads)),
    mask,
    block: `blocks.${layer}`,
  })
  return linearTransposed(g, [attended, ...part('self_attn.o_proj')], `blocks.${layer}.hook_attn_out`)
}
