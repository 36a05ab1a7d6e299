import type { ConstantTensor } from '../graph.ts'
import { intAttribute } from '../ops.ts'
import type { SourceGraph, SourceNode } from './source-graph.ts'

/** Inputs that say how an operator works, where a number is a setting and nothing that is learned. */
const settings: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Clip: [1, 2],
  Dropout: [1],
  NegativeLogLikelihoodLoss: [2],
  NonMaxSuppression: [3, 4],
  OneHot: [2],
  Pad: [2],
  Pow: [1],
  Range: [0, 1, 2],
  Resize: [1, 2, 3],
  SoftmaxCrossEntropyLoss: [2],
  Upsample: [1],
  QuantizeLinear: [1],
  DequantizeLinear: [1],
}

/**
 * The initializers that are parameters: of floating point, with at least one axis, not a setting of an operator (Clip's
 * bounds, a normalisation's running statistics, a loss's weights of classes), not only asked a yes-or-no question (a mask cast to bool), and not called a
 * constant by their own name (`const_6`, `Constant_3`).
 */
export function parametersOf(source: SourceGraph): Map<string, ConstantTensor> {
  const fixed = new Set([...source.nodes.flatMap(settingsOf), ...masksOf(source)])
  return new Map(
    [...source.initializers].filter(
      ([name, { type, shape }]) =>
        (type === 'float32' || type === 'float64') && shape.length > 0 && !fixed.has(name) && !isNamedConstant(name),
    ),
  )
}

const settingsOf = ({ op, inputs }: SourceNode): string[] =>
  (Object.hasOwn(settings, op) ? settings[op]! : []).flatMap((i) => inputs[i] ?? [])

/** Operators that hand elements on as they are. */
const handOn = new Set(['Identity', 'Slice', 'Reshape', 'Squeeze', 'Unsqueeze', 'Expand', 'Gather', 'Transpose'])
const asks = new Set(['Equal', 'Less', 'Greater', 'LessOrEqual', 'GreaterOrEqual', 'Not', 'IsNaN', 'IsInf'])
const floatCodes: readonly number[] = [1, 10, 11, 16]

/** Values whose numbers reach the rest of the graph only as answers: nothing that could be learned by a gradient. */
function masksOf({ nodes, outputs }: SourceGraph): string[] {
  const counts = new Set(outputs.map(({ name }) => name))
  const read = new Set<string>()
  for (const node of nodes.toReversed()) {
    const isCounted = !handOn.has(node.op) || node.outputs.some((y) => counts.has(y))
    const isAnswer =
      asks.has(node.op) || (node.op === 'Cast' && !floatCodes.includes(intAttribute(node.attributes, 'to', 1)))
    for (const x of [...node.inputs, ...[...node.bodies.values()].flatMap(namesIn)]) {
      read.add(x)
      if (isCounted && !isAnswer) counts.add(x)
    }
  }
  return [...read].filter((name) => !counts.has(name))
}

const namesIn = ({ nodes, outputs }: SourceGraph): string[] => [
  ...nodes.flatMap(({ inputs, bodies }) => [...inputs, ...[...bodies.values()].flatMap(namesIn)]),
  ...outputs.map(({ name }) => name),
]

const isNamedConstant = (name: string): boolean => /(^|[./_:])const(ant)?([._]|\d|$)/i.test(name)
