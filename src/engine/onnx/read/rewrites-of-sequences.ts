import { intAttribute } from '../ops.ts'
import type { ModernNode, Rewrite, Rewriting } from './modern-node.ts'
import { changed } from './modern-node.ts'

/**
 * Sequences of tensors, as exporters write `chunk`, `split` and `stack` where they do not see how many parts there are. With
 * sizes bound that is known: the parts are values of their own, and what reads the sequence reads them. The nodes as they
 * were stay beside them, for whatever else reads the sequence; unread they are left out.
 */

const node = (
  op: string,
  [inputs, outputs]: readonly [readonly string[], readonly string[]],
  axis?: number,
): ModernNode => ({
  op,
  inputs,
  outputs,
  attributes: axis === undefined ? {} : { axis: { int: axis } },
})

/** Parts that are made values; a dimension can be of a thousand million. */
const mostParts = 4096

/** Sizes of the parts along the axis, where they are known: as listed, or of one size each but for a smaller last one. */
function partsOf({ node: { inputs }, constantOf }: Rewriting, size: number): number[] | undefined {
  const split = constantOf(1)
  if ((inputs[1] ?? '') !== '' && split === undefined) return undefined
  const given = Array.from((split?.data ?? [1]) as ArrayLike<number | bigint>, Number)
  if (split?.shape.length === 1) return given
  const step = given[0] ?? 0
  if (step < 1 || size / step > mostParts) return undefined
  return Array.from({ length: Math.ceil(size / step) }, (_, i) => Math.min(step, size - i * step))
}

const splitToSequence: Rewrite = (use) => {
  const { node: given, typeOf, fresh, ints, sequences } = use
  const shape = typeOf(0)?.shape
  const axis = intAttribute(given.attributes, 'axis', 0)
  const size = shape?.at(axis)
  const sizes = size === undefined ? undefined : partsOf(use, size)
  if (sizes === undefined || sizes.length === 0) return undefined
  const parts = sizes.map(() => fresh())
  const isSqueezed = (given.inputs[1] ?? '') === '' && intAttribute(given.attributes, 'keepdims', 1) === 0
  const values = isSqueezed ? parts.map(() => fresh()) : parts
  sequences.set(given.outputs[0]!, values)
  return [
    changed(given, {}),
    node('Split', [[given.inputs[0]!, ints(sizes)], parts], axis),
    ...(isSqueezed ? values.map((value, i) => node('Squeeze', [[parts[i]!, ints([axis])], [value]])) : []),
  ]
}

const sequenceConstruct: Rewrite = ({ node: given, sequences }) => {
  sequences.set(given.outputs[0]!, given.inputs)
  return undefined
}

const sequenceAt: Rewrite = ({ node: { inputs, outputs }, constantOf, sequences }) => {
  const [values, at] = [sequences.get(inputs[0]!), constantOf(1)?.data[0]]
  const value = at === undefined ? undefined : values?.at(Number(at))
  return value === undefined ? undefined : [node('Identity', [[value], [outputs[0]!]])]
}

const sequenceLength: Rewrite = ({ node: { inputs, outputs }, ints, sequences }) => {
  const values = sequences.get(inputs[0]!)
  return values === undefined ? undefined : [node('Identity', [[ints([values.length], [])], [outputs[0]!]])]
}

const concatFromSequence: Rewrite = ({ node: { inputs, outputs, attributes }, fresh, ints, sequences }) => {
  const values = sequences.get(inputs[0]!)
  if (values === undefined || values.length === 0) return undefined
  const axis = intAttribute(attributes, 'axis', 0)
  if (intAttribute(attributes, 'new_axis', 0) === 0) return [node('Concat', [values, [outputs[0]!]], axis)]
  const raised = values.map(() => fresh())
  return [
    ...values.map((value, i) => node('Unsqueeze', [[value, ints([axis])], [raised[i]!]])),
    node('Concat', [raised, [outputs[0]!]], axis),
  ]
}

export const rewritesOfSequences: Readonly<Record<string, Rewrite>> = {
  SplitToSequence: splitToSequence,
  SequenceConstruct: sequenceConstruct,
  SequenceAt: sequenceAt,
  SequenceLength: sequenceLength,
  ConcatFromSequence: concatFromSequence,
}
