import type { Hook, HookAxis } from '../intervention/hook.ts'
import type { HookShape, HookSource } from '../intervention/hooked-network.ts'
import { GraphBuilder } from '../onnx/builder.ts'
import type { Graph } from '../onnx/graph.ts'
import type { Decoder } from './decoder.ts'
import { shapesOf } from './decoder.ts'
import type { Weights } from './weights.ts'

const stream: readonly HookAxis[] = ['row', 'unit']
const perHead: readonly HookAxis[] = ['sequence', 'head', 'position', 'unit']
const attention: readonly HookAxis[] = ['sequence', 'head', 'position', 'key']

/**
 * Hook points of a block, by the names of TransformerLens, the same for every architecture. Shapes, with rows = batch ·
 * length: stream [rows, width]; MLP [rows, inner]; q, k, v, z [batch, heads, length, head width], where k and v may have
 * fewer heads (grouped queries); scores and pattern [batch, heads, query, key].
 *
 * | hook | value |
 * | --- | --- |
 * | `hook_resid_pre`, `hook_resid_post` | residual stream before and after the block |
 * | `hook_resid_mid` | stream after attention was added; where both parts read `resid_pre` (Pythia) the MLP does not read it |
 * | `attn.hook_q`, `hook_k`, `hook_v` | before rotation; `hook_rot_q`, `hook_rot_k` after it, in models that rotate |
 * | `attn.hook_attn_scores`, `attn.hook_pattern` | before (masked) and after the softmax |
 * | `attn.hook_z`, `hook_attn_out` | weighted values of each head; what attention adds to the stream, bias included |
 * | `mlp.hook_pre`, `mlp.hook_post`, `hook_mlp_out` | before and after the nonlinearity; what the MLP adds to the stream |
 * | `mlp.hook_pre_linear` | Llama only: what the gate (`hook_pre`) multiplies |
 */
const blockHooks: readonly (readonly [string, readonly HookAxis[]])[] = [
  ['hook_resid_pre', stream],
  ['attn.hook_q', perHead],
  ['attn.hook_k', perHead],
  ['attn.hook_v', perHead],
  ['attn.hook_rot_q', perHead],
  ['attn.hook_rot_k', perHead],
  ['attn.hook_attn_scores', attention],
  ['attn.hook_pattern', attention],
  ['attn.hook_z', perHead],
  ['hook_attn_out', stream],
  ['hook_resid_mid', stream],
  ['mlp.hook_pre', stream],
  ['mlp.hook_pre_linear', stream],
  ['mlp.hook_post', stream],
  ['hook_mlp_out', stream],
  ['hook_resid_post', stream],
]

/** A decoder as something to run with hooks; `weights` are read at every run. */
export function hookedDecoder(decoder: Decoder, weights: Weights): HookSource {
  const { vocabulary, context } = decoder
  const { types } = hookedGraph(decoder, { batch: 1, length: 1, picks: 1 })
  return {
    vocabulary,
    outputs: decoder.outputs ?? vocabulary,
    parallel: decoder.parallel ?? false,
    context,
    hooks: hooksOf(decoder).filter(({ value }) => types.has(value)),
    graph: (shape) => hookedGraph(decoder, shape),
    feeds: () => Object.fromEntries(weights.tensors),
  }
}

/** Hook points that decoders have, and `ln_final.hook_normalized` [rows, width], which the logits are read from. */
function hooksOf({ layers }: Decoder): Hook[] {
  const blocks = Array.from({ length: layers }, (_, layer) =>
    blockHooks.map(([name, axes]): Hook => {
      // A block's input is what the block before it made: one value under two names.
      const value =
        name === 'hook_resid_pre' && layer > 0 ? `blocks.${layer - 1}.hook_resid_post` : `blocks.${layer}.${name}`
      return { name: `blocks.${layer}.${name}`, value, axes }
    }),
  )
  return [...blocks.flat(), { name: 'ln_final.hook_normalized', value: 'ln_final.hook_normalized', axes: stream }]
}

function hookedGraph(decoder: Decoder, { batch, length, picks }: HookShape): Graph {
  const g = new GraphBuilder('hooked')
  const tokens = g.input('tokens', 'int64', [batch, length])
  const weights = new Map([...shapesOf(decoder)].map(([name, shape]) => [name, g.input(name, 'float32', shape)]))
  const use = { g, tokens, weights }
  const body = decoder.body(use)
  if (picks === 0) return { ...g.build([body]), outputs: [] }
  const rows = g.add('Gather', [body, g.input('rows', 'int64', [batch * picks])])
  return g.build([decoder.logits(use, rows)])
}
