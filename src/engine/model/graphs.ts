import { GraphBuilder } from '../onnx/builder.ts'
import type { Value } from '../onnx/builder.ts'
import { int } from '../onnx/builder.ts'
import type { Graph } from '../onnx/graph.ts'
import type { Decoder, DecoderUse } from './decoder.ts'
import { shapesOf } from './decoder.ts'

export interface BatchShape {
  readonly batch: number
  readonly length: number
}

export function beginDecoder(name: string, decoder: Decoder, { batch, length }: BatchShape): DecoderUse {
  const g = new GraphBuilder(name)
  const tokens = g.input('tokens', 'int64', [batch, length])
  const weights = new Map(
    [...shapesOf(decoder)].map(([parameter, shape]) => [parameter, g.input(parameter, 'float32', shape)]),
  )
  return { g, tokens, weights }
}

/** −log p of each target, [rows]; `targets` int64 [rows, 1]. */
function losses(g: GraphBuilder, logits: Value, targets: Value): Value {
  const logProbabilities = g.add('LogSoftmax', [logits], { attributes: { axis: int(-1) } })
  const picked = g.add('GatherElements', [logProbabilities, targets], { attributes: { axis: int(1) } })
  return g.add('Neg', [g.add('Reshape', [picked, g.ints([-1])])])
}

/**
 * Loss of each position against a given target: inputs `tokens` and `targets` int64 [batch, length] and the weights by
 * name; output `losses` float32 [batch · length], nats.
 */
export function lossesGraph(decoder: Decoder, shape: BatchShape): Graph {
  const use = beginDecoder('losses', decoder, shape)
  const targets = use.g.input('targets', 'int64', [shape.batch * shape.length, 1])
  const result = losses(use.g, decoder.logits(use, decoder.body(use)), targets)
  return use.g.build([use.g.add('Identity', [result], { as: 'losses' })])
}

/** Logits at one position a sequence: inputs `tokens` and `rows` int64 [batch] (flat index i · length + position); output `logits` [batch, vocabulary]. */
export function logitsGraph(decoder: Decoder, shape: BatchShape): Graph {
  const use = beginDecoder('logits', decoder, shape)
  const rows = use.g.input('rows', 'int64', [shape.batch])
  const picked = use.g.add('Gather', [decoder.body(use), rows])
  return use.g.build([decoder.logits(use, picked)])
}
