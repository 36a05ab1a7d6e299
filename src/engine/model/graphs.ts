import { gradient } from '../autodiff/gradient.ts'
import { GraphBuilder } from '../onnx/builder.ts'
import type { Value } from '../onnx/builder.ts'
import { int } from '../onnx/builder.ts'
import type { Graph } from '../onnx/graph.ts'
import type { Decoder, DecoderUse } from './decoder.ts'
import { shapesOf } from './decoder.ts'

interface Shape {
  readonly batch: number
  readonly length: number
}

function begin(name: string, decoder: Decoder, { batch, length }: Shape): DecoderUse {
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
export function lossesGraph(decoder: Decoder, shape: Shape): Graph {
  const use = begin('losses', decoder, shape)
  const targets = use.g.input('targets', 'int64', [shape.batch * shape.length, 1])
  const result = losses(use.g, decoder.logits(use, decoder.body(use)), targets)
  return use.g.build([use.g.add('Identity', [result], { as: 'losses' })])
}

/** Logits at one position a sequence: inputs `tokens` and `rows` int64 [batch] (flat index i · length + position); output `logits` [batch, vocabulary]. */
export function logitsGraph(decoder: Decoder, shape: Shape): Graph {
  const use = begin('logits', decoder, shape)
  const rows = use.g.input('rows', 'int64', [shape.batch])
  const picked = use.g.add('Gather', [decoder.body(use), rows])
  return use.g.build([decoder.logits(use, picked)])
}

export interface TrainingGraph {
  readonly graph: Graph
  /** Graph output that holds the gradient of each parameter. */
  readonly gradients: ReadonlyMap<string, string>
}

/**
 * Mean loss over weighted positions and its gradient: inputs `tokens` [batch, length], `targets` int64 [batch · length,
 * 1], `weight` float32 [batch · length] (sums to 1: the mask over its count) and the parameters; outputs `loss` (scalar,
 * nats a token) and a gradient for each parameter.
 */
export function trainingGraph(decoder: Decoder, shape: Shape): TrainingGraph {
  const use = begin('training', decoder, shape)
  const { g } = use
  const targets = g.input('targets', 'int64', [shape.batch * shape.length, 1])
  const weight = g.input('weight', 'float32', [shape.batch * shape.length])
  const each = losses(g, decoder.logits(use, decoder.body(use)), targets)
  const loss = g.add('ReduceSum', [g.add('Mul', [each, weight])], { as: 'loss', attributes: { keepdims: int(0) } })
  const names = [...decoder.parameters.keys()]
  const { graph, gradients } = gradient(g.build([loss]), 'loss', names)
  return { graph, gradients: new Map(names.map((name, i) => [name, gradients[i]!])) }
}
