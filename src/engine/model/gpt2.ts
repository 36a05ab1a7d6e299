import type { GraphBuilder, Value } from '../onnx/builder.ts'
import { float, int, ints, text } from '../onnx/builder.ts'
import type { Gpt2Config } from './config.ts'

/**
 * Parameters of a GPT-2 decoder by the names hubs use, with shapes. Linear layers are stored [in, out] (GPT-2's Conv1D),
 * so a layer is x·W + b. Radford et al. 2019.
 */
export function gpt2Parameters(config: Gpt2Config): Map<string, readonly number[]> {
  const { n_embd: d, n_inner: inner, vocab_size: vocabulary } = config
  const shapes = new Map<string, readonly number[]>([['wte.weight', [vocabulary, d]], ['wpe.weight', [config.n_positions, d]]])
  for (let layer = 0; layer < config.n_layer; layer++) {
    const block: readonly (readonly [string, readonly number[]])[] = [
      ['ln_1.weight', [d]], ['ln_1.bias', [d]], ['attn.c_attn.weight', [d, 3 * d]], ['attn.c_attn.bias', [3 * d]],
      ['attn.c_proj.weight', [d, d]], ['attn.c_proj.bias', [d]], ['ln_2.weight', [d]], ['ln_2.bias', [d]],
      ['mlp.c_fc.weight', [d, inner]], ['mlp.c_fc.bias', [inner]], ['mlp.c_proj.weight', [inner, d]], ['mlp.c_proj.bias', [d]],
    ]
    for (const [name, shape] of block) shapes.set(`h.${layer}.${name}`, shape)
  }
  shapes.set('ln_f.weight', [d]).set('ln_f.bias', [d])
  if (!config.tie_word_embeddings) shapes.set('lm_head.weight', [vocabulary, d])
  return shapes
}

/** Number of parameters. */
export const gpt2Size = (config: Gpt2Config): number =>
  [...gpt2Parameters(config).values()].reduce((n, shape) => n + shape.reduce((a, b) => a * b, 1), 0)

export interface Gpt2Use {
  readonly g: GraphBuilder
  readonly config: Gpt2Config
  /** int64 [batch, length]. */
  readonly tokens: Value
  readonly weights: ReadonlyMap<string, Value>
}

/**
 * The final residual stream after the last normalisation, [batch · length, n_embd]. Values to hook carry names:
 * `blocks.N.hook_resid_pre`, `.attn.hook_pattern` [batch, heads, length, length], `.attn.hook_z` [batch, heads, length,
 * n_embd / heads], `.hook_resid_mid`, `.mlp.hook_post`, `.hook_resid_post`, `ln_final`.
 */
export function gpt2Body({ g, config, tokens, weights }: Gpt2Use): Value {
  const [batch, length] = tokens.shape as [number, number]
  const weight = (name: string): Value => weights.get(name)!
  const embedded = g.add('Gather', [weight('wte.weight'), tokens])
  const positions = g.add('Slice', [weight('wpe.weight'), g.ints([0]), g.ints([length]), g.ints([0])])
  let stream = g.add('Reshape', [g.add('Add', [embedded, positions]), g.ints([batch * length, config.n_embd])], { as: 'blocks.0.hook_resid_pre' })
  const mask = causalMask(g, length, stream)
  for (let layer = 0; layer < config.n_layer; layer++) {
    const part: Block = { g, config, layer, batch, length, weight: (name) => weight(`h.${layer}.${name}`) }
    const attended = attention(part, normalised(g, { x: stream, config, scale: part.weight('ln_1.weight'), shift: part.weight('ln_1.bias') }), mask)
    const middle = g.add('Add', [stream, attended], { as: `blocks.${layer}.hook_resid_mid` })
    const inner = normalised(g, { x: middle, config, scale: part.weight('ln_2.weight'), shift: part.weight('ln_2.bias') })
    stream = g.add('Add', [middle, perceptron(part, inner)], { as: `blocks.${layer}.hook_resid_post` })
  }
  return normalised(g, { x: stream, config, scale: weight('ln_f.weight'), shift: weight('ln_f.bias'), as: 'ln_final' })
}

/** Logits of rows of the stream, [rows, vocabulary]. */
export function gpt2Logits({ g, config, weights }: Omit<Gpt2Use, 'tokens'>, rows: Value): Value {
  const unembedding = weights.get(config.tie_word_embeddings ? 'wte.weight' : 'lm_head.weight')!
  return g.add('Gemm', [rows, unembedding], { as: 'logits', attributes: { transB: int(1) } })
}

interface Block {
  readonly g: GraphBuilder
  readonly config: Gpt2Config
  readonly layer: number
  readonly batch: number
  readonly length: number
  weight(name: string): Value
}

/** 0 where a token may look, −1e9 where it may not: [length, length]. */
function causalMask(g: GraphBuilder, length: number, like: Value): Value {
  const values = Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0))
  return g.constant(like.type, values, [length, length])
}

interface Normalised {
  readonly x: Value
  readonly config: Gpt2Config
  readonly scale: Value
  readonly shift: Value
  readonly as?: string
}
/** With its mean and inverse deviation as outputs, which the gradient uses. */
const normalised = (g: GraphBuilder, { x, config, scale, shift, as }: Normalised): Value =>
  g.addMany('LayerNormalization', [x, scale, shift], {
    attributes: { axis: int(-1), epsilon: float(config.layer_norm_epsilon) }, outputs: 3, ...(as === undefined ? {} : { as }),
  })[0]!

function attention({ g, config, layer, batch, length, weight }: Block, x: Value, mask: Value): Value {
  const { n_head: heads, n_embd: d } = config
  const width = d / heads
  const joined = g.add('Gemm', [x, weight('attn.c_attn.weight'), weight('attn.c_attn.bias')])
  const parts = g.addMany('Split', [joined, g.ints([d, d, d])], { attributes: { axis: int(1) }, outputs: 3 })
  const perHead = (part: Value, perm: readonly number[]): Value =>
    g.add('Transpose', [g.add('Reshape', [part, g.ints([batch, length, heads, width])])], { attributes: { perm: ints(perm) } })
  const query = g.add('Mul', [perHead(parts[0]!, [0, 2, 1, 3]), g.scalar(1 / Math.sqrt(width), x)])
  const scores = g.add('MatMul', [query, perHead(parts[1]!, [0, 2, 3, 1])])
  const pattern = g.add('Softmax', [g.add('Add', [scores, mask])], { as: `blocks.${layer}.attn.hook_pattern`, attributes: { axis: int(-1) } })
  const z = g.add('MatMul', [pattern, perHead(parts[2]!, [0, 2, 1, 3])], { as: `blocks.${layer}.attn.hook_z` })
  const flat = g.add('Reshape', [g.add('Transpose', [z], { attributes: { perm: ints([0, 2, 1, 3]) } }), g.ints([batch * length, d])])
  return g.add('Gemm', [flat, weight('attn.c_proj.weight'), weight('attn.c_proj.bias')])
}

function perceptron({ g, layer, weight }: Block, x: Value): Value {
  const inner = g.add('Gemm', [x, weight('mlp.c_fc.weight'), weight('mlp.c_fc.bias')])
  const active = g.add('Gelu', [inner], { as: `blocks.${layer}.mlp.hook_post`, attributes: { approximate: text('tanh') } })
  return g.add('Gemm', [active, weight('mlp.c_proj.weight'), weight('mlp.c_proj.bias')])
}
