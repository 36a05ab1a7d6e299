import { sameShape } from '../broadcast.ts'
import type { ValueType } from '../graph.ts'
import { GraphError } from '../graph.ts'
import type { OpUse, ShapeRule } from './op-use.ts'
import { input, shown, textAttribute, where } from './op-use.ts'

/** Loss over classes on axis 1: a scalar, or one a label. */
function reduced(use: OpUse): ValueType {
  const [{ type, shape }, labels] = [input(use, 0), input(use, 1)]
  if (!sameShape(labels.shape, shape.toSpliced(1, 1)))
    throw new GraphError(`${where(use)}: labels ${shown(labels.shape)} do not fit scores ${shown(shape)}`)
  const isReduced = textAttribute(use.attributes, 'reduction', 'mean') !== 'none'
  return { type, shape: isReduced ? [] : labels.shape }
}

/** Losses over classes, [N, C, …] scores by [N, …] labels. */
export const loss = {
  SoftmaxCrossEntropyLoss: (use) => [reduced(use), input(use, 0)].slice(0, use.outputCount),
  NegativeLogLikelihoodLoss: (use) => [reduced(use)],
} satisfies Record<string, ShapeRule>
