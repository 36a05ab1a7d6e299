import type { Decoder } from '../decoder.ts'
import type { Network } from '../network.ts'
import { beginBuilt } from '../network-graph.ts'

/** A decoder seen as a network: `tokens` [batch, length] in, `logits` [batch, length, vocabulary] out. */
export function decoderNetwork(decoder: Decoder): Network {
  const { outputs: answers = decoder.vocabulary, ...layout } = decoder
  const { type, parameters, vocabulary } = layout
  const inputs = new Map([
    ['tokens', { type: 'int64' as const, shape: ['batch' as const, 'length' as const], below: vocabulary }],
  ])
  return {
    ...layout,
    decoder,
    inputs,
    outputs: ['logits'],
    begin: (sizes) =>
      beginBuilt({ type, inputs, parameters }, sizes, ({ g, inputs: given, weights }) => {
        const tokens = given.get('tokens')!
        const rows = decoder.logits({ g, weights }, decoder.body({ g, tokens, weights }))
        return new Map([['logits', g.add('Reshape', [rows, g.ints([...tokens.shape, answers])])]])
      }),
  }
}
