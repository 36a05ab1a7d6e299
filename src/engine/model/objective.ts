import type { GraphBuilder, Value } from '../onnx/builder.ts'
import { int } from '../onnx/builder.ts'
import type { Graph } from '../onnx/graph.ts'
import { gradient } from '../autodiff/gradient.ts'
import { ModelError } from './config-fields.ts'
import type { Begun, Network, Sizes } from './network.ts'
import { valueNamed } from './network-graph.ts'

/**
 * What is made small. `classes`: −ln softmax of the logits at the example's class, at the last position where there are
 * several. `squared`: mean over an example's outputs of (output − target)². `value`: an output of the network that is a
 * loss by itself, one number, or one for each example. Left out, `output` is the network's first.
 */
export type Objective =
  | { readonly kind: 'classes'; readonly output?: string }
  | { readonly kind: 'squared'; readonly output?: string }
  | { readonly kind: 'value'; readonly output: string }

export interface ObjectiveGraph {
  readonly graph: Graph
  /** Graph output with the gradient of each parameter; empty for a graph of losses alone. */
  readonly gradients: ReadonlyMap<string, string>
  /** Numbers of an example's target: 0 where the objective has none. */
  readonly width: number
}

/**
 * The objective's graph: inputs those of the network, `objective.targets` (int64 [batch, 1] for classes, float32 [batch,
 * width] for squares), and the parameters. `losses`: output `objective.losses` [batch]. `gradient`: the further input
 * `objective.weight` float32 [batch] and the outputs `objective.loss`, Σ weight · loss, and its gradients.
 * Throws {@link ModelError} for an output that does not fit the objective.
 */
export function objectiveGraph(
  network: Network,
  {
    sizes,
    objective,
    want,
  }: { readonly sizes: Sizes; readonly objective: Objective; readonly want: 'losses' | 'gradient' },
): ObjectiveGraph {
  const begun = network.begin(sizes)
  const { g } = begun
  const { losses, width } = lossesOf(begun, objective, sizes.batch)
  if (want === 'losses')
    return { graph: g.build([g.add('Identity', [losses], { as: 'objective.losses' })]), gradients: new Map(), width }
  const weight = g.input('objective.weight', 'float32', [sizes.batch])
  const loss = g.add('ReduceSum', [g.add('Mul', [losses, weight])], {
    as: 'objective.loss',
    attributes: { keepdims: int(0) },
  })
  const names = [...network.parameters.keys()]
  const { graph, gradients } = gradient(g.build([loss]), 'objective.loss', names)
  return { graph, gradients: new Map(names.map((name, i) => [name, gradients[i]!])), width }
}

function lossesOf(begun: Begun, objective: Objective, batch: number): { losses: Value; width: number } {
  const { g, outputs } = begun
  const output = valueNamed(begun, objective.output ?? outputs.keys().next().value ?? '')
  switch (objective.kind) {
    case 'classes':
      return { losses: crossEntropies(g, lastRow(g, output, batch)), width: 1 }
    case 'squared':
      return squares(g, output, batch)
    case 'value':
      return { losses: asLosses(g, output, batch), width: 0 }
  }
}

/** Logits of each example, [batch, classes]: of [batch, positions, classes] the last position. */
function lastRow(g: GraphBuilder, logits: Value, batch: number): Value {
  const { shape } = logits
  const classes = shape.at(-1) ?? 0
  if (shape.length < 2 || shape[0] !== batch || shape.length > 3)
    throw new ModelError(
      `the output "${logits.name}" has shape [${shape.join(', ')}], which is no list of logits for each example`,
    )
  if (shape.length === 2) return logits
  const last = g.add('Slice', [logits, g.ints([shape[1]! - 1]), g.ints([shape[1]!]), g.ints([1])])
  return g.add('Reshape', [last, g.ints([batch, classes])])
}

function crossEntropies(g: GraphBuilder, logits: Value): Value {
  const targets = g.input('objective.targets', 'int64', [logits.shape[0]!, 1])
  const log = g.add('LogSoftmax', [logits], { attributes: { axis: int(-1) } })
  const picked = g.add('GatherElements', [log, targets], { attributes: { axis: int(1) } })
  return g.add('Neg', [g.add('Reshape', [picked, g.ints([-1])])])
}

function squares(g: GraphBuilder, output: Value, batch: number): { losses: Value; width: number } {
  const width = output.shape.reduce((n, size) => n * size, 1) / batch
  if (!Number.isInteger(width) || output.type !== 'float32')
    throw new ModelError(
      `the output "${output.name}" has shape [${output.shape.join(', ')}], not one part for each example`,
    )
  const targets = g.input('objective.targets', 'float32', [batch, width])
  const gap = g.add('Sub', [g.add('Reshape', [output, g.ints([batch, width])]), targets])
  const losses = g.add('ReduceMean', [g.add('Mul', [gap, gap]), g.ints([1])], { attributes: { keepdims: int(0) } })
  return { losses, width }
}

function asLosses(g: GraphBuilder, output: Value, batch: number): Value {
  const size = output.shape.reduce((n, one) => n * one, 1)
  if (size !== 1 && size !== batch)
    throw new ModelError(
      `the output "${output.name}" has shape [${output.shape.join(', ')}]; a loss is one number, or one for each of ${batch} examples`,
    )
  const flat = g.add('Reshape', [output, g.ints([size])])
  return size === batch ? flat : g.add('Expand', [flat, g.ints([batch])])
}
