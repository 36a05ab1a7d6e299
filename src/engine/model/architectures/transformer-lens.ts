import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { float, int, ints } from '../../onnx/builder.ts'
import type { ConfigFields } from '../config-fields.ts'
import type { Decoder, DecoderUse, Parameter } from '../decoder.ts'
import { activate, activations } from './activations.ts'
import { attend, causalMask, layerNorm, linear, splitHeads } from './layers.ts'
import { fromColumns } from './transformer-lens-columns.ts'

export interface TransformerLens {
  readonly vocabulary: number
  readonly outputs: number
  readonly context: number
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly headWidth: number
  /** 0 for attention only. */
  readonly inner: number
  readonly activation: (typeof activations)[number]
  /** LN has gains and shifts, LNPre only normalises. */
  readonly norm: 'LN' | 'LNPre' | 'none'
  readonly epsilon: number
  readonly causal: boolean
  /** c of the attention c·softmax + (1 − c) of Zhong et al. 2023; 1 is ordinary attention. */
  readonly share: number
  readonly attentionBias: boolean
  readonly unembedBias: boolean
}

/**
 * A small transformer in the shape, the field names and the weight names of TransformerLens' HookedTransformer: learned
 * positions, with or without MLPs, LayerNorm and biases; logits at each position. Beside TransformerLens' own fields:
 * `attention_share` (c, for the models of "The Clock and the Pizza", Zhong et al. 2023), `attention_bias` and
 * `unembed_bias` (default true). Initialised as TransformerLens does, N(0, 0.64/d_model), biases zero.
 */
export function transformerLens(fields: ConfigFields): Decoder {
  const config = read(fields)
  const { vocabulary, outputs, context, layers, heads, causal } = config
  const why = causal ? 'its logits are not over its vocabulary' : 'its attention looks ahead'
  return {
    type: 'transformer_lens',
    vocabulary,
    outputs,
    context,
    layers,
    heads,
    parameters: parameters(config),
    prefixes: [],
    isWhole: true,
    translate: (stored) => fromColumns(stored, config),
    ...(causal && outputs === vocabulary ? {} : { noLanguageModel: why }),
    body: (use) => body(use, config),
    logits: ({ g, weights }, rows) =>
      g.add('Gemm', present([rows, weights.get('unembed.W_U'), weights.get('unembed.b_U')]), { as: 'logits' }),
  }
}

function read(fields: ConfigFields): TransformerLens {
  for (const name of ['parallel_attn_mlp', 'gated_mlp', 'use_local_attn', 'final_rms', 'shortformer_pos'])
    fields.absent(name, false)
  fields.choice('positional_embedding_type', ['standard'], 'standard')
  const width = fields.size('d_model')
  const heads = fields.size('n_heads', fields.has('d_head') ? Math.max(1, width / fields.size('d_head')) : undefined)
  const vocabulary = fields.size('d_vocab')
  const causal = fields.choice('attention_dir', ['causal', 'bidirectional'], 'causal') === 'causal'
  const share = fields.has('attention_share') ? fields.share('attention_share') : 1
  if (causal && share !== 1) fields.refuse('attention_share', 'it needs attention_dir "bidirectional"')
  return {
    vocabulary,
    outputs: fields.size('d_vocab_out', vocabulary),
    context: fields.size('n_ctx'),
    width,
    layers: fields.layers('n_layers'),
    heads,
    headWidth: fields.size('d_head', width / heads),
    inner: fields.flag('attn_only', false) ? 0 : fields.size('d_mlp', 4 * width),
    activation: fields.flag('attn_only', false) ? 'relu' : fields.choice('act_fn', activations),
    norm: fields.has('normalization_type') ? fields.choice('normalization_type', ['LN', 'LNPre']) : 'none',
    epsilon: fields.positive('eps', 1e-5),
    causal,
    share,
    attentionBias: fields.flag('attention_bias', true),
    unembedBias: fields.flag('unembed_bias', true),
  }
}

function parameters(config: TransformerLens): Map<string, Parameter> {
  const { vocabulary, outputs, context, width: d, layers, heads, headWidth, inner, norm } = config
  const matrix = (...shape: number[]): Parameter => ({ shape, init: { normal: 0.8 / Math.sqrt(d) } })
  const zeros = (...shape: number[]): Parameter => ({ shape, init: { fill: 0 } })
  const ones: Parameter = { shape: [d], init: { fill: 1 } }
  const normed = (name: string): [string, Parameter][] =>
    norm === 'LN'
      ? [
          [`${name}.w`, ones],
          [`${name}.b`, zeros(d)],
        ]
      : []
  const all = new Map<string, Parameter>([
    ['embed.W_E', matrix(vocabulary, d)],
    ['pos_embed.W_pos', matrix(context, d)],
  ])
  const biases: [string, Parameter][] = ['Q', 'K', 'V'].map((x) => [`attn.b_${x}`, zeros(heads, headWidth)])
  for (let layer = 0; layer < layers; layer++) {
    const block: [string, Parameter][] = [
      ...normed('ln1'),
      ...['Q', 'K', 'V'].map((x): [string, Parameter] => [`attn.W_${x}`, matrix(heads, d, headWidth)]),
      ['attn.W_O', matrix(heads, headWidth, d)],
      ...(config.attentionBias ? [...biases, ['attn.b_O', zeros(d)] as [string, Parameter]] : []),
    ]
    if (inner > 0)
      block.push(
        ...normed('ln2'),
        ['mlp.W_in', matrix(d, inner)],
        ['mlp.b_in', zeros(inner)],
        ['mlp.W_out', matrix(inner, d)],
        ['mlp.b_out', zeros(d)],
      )
    for (const [name, parameter] of block) all.set(`blocks.${layer}.${name}`, parameter)
  }
  for (const [name, parameter] of normed('ln_final')) all.set(name, parameter)
  all.set('unembed.W_U', matrix(d, outputs))
  return config.unembedBias ? all.set('unembed.b_U', zeros(outputs)) : all
}

interface Block {
  readonly g: GraphBuilder
  readonly config: TransformerLens
  readonly batch: number
  readonly length: number
  readonly mask: Value
  readonly block: string
  part(name: string): Value | undefined
}

function body({ g, tokens, weights }: DecoderUse, config: TransformerLens): Value {
  const [batch, length] = tokens.shape as [number, number]
  const { width, layers, inner, causal } = config
  const positions = g.add('Slice', [weights.get('pos_embed.W_pos')!, g.ints([0]), g.ints([length]), g.ints([0])])
  const embedded = g.add('Add', [g.add('Gather', [weights.get('embed.W_E')!, tokens]), positions])
  let stream = g.add('Reshape', [embedded, g.ints([batch * length, width])], { as: 'blocks.0.hook_resid_pre' })
  const mask = causal ? causalMask(g, length, stream) : g.scalar(0, stream)
  for (let layer = 0; layer < layers; layer++) {
    const block = `blocks.${layer}`
    const use: Block = { g, config, batch, length, mask, block, part: (name) => weights.get(`${block}.${name}`) }
    const attended = attention(use, normalise(use, stream, 'ln1'))
    const after = `${block}.hook_resid_post`
    stream = g.add('Add', [stream, attended], { as: inner > 0 ? `${block}.hook_resid_mid` : after })
    if (inner > 0) stream = g.add('Add', [stream, feed(use, normalise(use, stream, 'ln2'))], { as: after })
  }
  const final: Block = { g, config, batch, length, mask, block: '', part: (name) => weights.get(name) }
  return normalise(final, stream, 'ln_final')
}

function normalise({ g, config: { norm, epsilon, width }, part }: Block, x: Value, name: string): Value {
  if (norm === 'none') return x
  if (norm === 'LN') return layerNorm(g, { x, scale: part(`${name}.w`)!, shift: part(`${name}.b`)!, epsilon })
  const filled = (value: number): Value => g.constant(x.type, new Array<number>(width).fill(value))
  const attributes = { axis: int(-1), epsilon: float(epsilon) }
  return g.addMany('LayerNormalization', [x, filled(1), filled(0)], { attributes, outputs: 3 })[0]!
}

function attention({ g, config, batch, length, mask, block, part }: Block, x: Value): Value {
  const { heads, headWidth: width, width: d, share } = config
  const all = heads * width
  const project = (of: string): Value => {
    const turned = g.add('Transpose', [part(`attn.W_${of}`)!], { attributes: { perm: ints([1, 0, 2]) } })
    const matrix = g.add('Reshape', [turned, g.ints([d, all])])
    const bias = part(`attn.b_${of}`)
    const projected = linear(g, bias === undefined ? [x, matrix] : [x, matrix, g.add('Reshape', [bias, g.ints([all])])])
    return splitHeads(g, projected, { batch, length, heads, width, as: `${block}.attn.hook_${of.toLowerCase()}` })
  }
  const value = project('V')
  const attended = attend(g, { query: project('Q'), key: project('K'), value, mask, block })
  const mixed = share === 1 ? attended : mixWithSum(g, { attended, value, share })
  const out = g.add('Reshape', [part('attn.W_O')!, g.ints([all, d])])
  const bias = part('attn.b_O')
  return linear(g, bias === undefined ? [mixed, out] : [mixed, out, bias], `${block}.hook_attn_out`)
}

interface Mixed {
  /** [batch·length, heads·width]. */
  readonly attended: Value
  /** [batch, heads, length, width]. */
  readonly value: Value
  readonly share: number
}

/** (c·softmax + (1 − c))·v: c times what attention gives, and (1 − c) times the sum of all positions' values. */
function mixWithSum(g: GraphBuilder, { attended, value, share }: Mixed): Value {
  const [batch, heads, length, width] = value.shape as [number, number, number, number]
  const sum = g.add('ReduceSum', [value, g.ints([2])], { attributes: { keepdims: int(0) } })
  const spread = g.add('Expand', [
    g.add('Reshape', [sum, g.ints([batch, 1, heads * width])]),
    g.ints([batch, length, heads * width]),
  ])
  const flat = g.add('Reshape', [spread, g.ints([batch * length, heads * width])])
  const scaled = (x: Value, factor: number): Value => g.add('Mul', [x, g.scalar(factor, x)])
  return g.add('Add', [scaled(attended, share), scaled(flat, 1 - share)])
}

function feed({ g, config: { activation }, block, part }: Block, x: Value): Value {
  const hidden = g.add('Gemm', [x, part('mlp.W_in')!, part('mlp.b_in')!], { as: `${block}.mlp.hook_pre` })
  const active = activate(g, hidden, { activation, as: `${block}.mlp.hook_post` })
  return linear(g, [active, part('mlp.W_out')!, part('mlp.b_out')!], `${block}.hook_mlp_out`)
}

const present = (values: readonly (Value | undefined)[]): Value[] => values.filter((value) => value !== undefined)
