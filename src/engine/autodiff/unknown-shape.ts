import type { Graph, GraphNode } from '../onnx/graph.ts'
import { differentiability } from './differentiability.ts'
import { NoGradientError } from './no-gradient-error.ts'

/**
 * Throws {@link NoGradientError} where the shape of what a node reads or makes is not known, so that no rule can be
 * applied: behind an operator that the engine does not know. Names that operator.
 */
export function checkShapesKnown({ nodes, types }: Graph, node: GraphNode): void {
  const made = new Map(nodes.flatMap((one) => one.outputs.map((y) => [y, one] as const)))
  const isUnknown = (value: string): boolean => value !== '' && !types.has(value)
  if (![...node.inputs, ...node.outputs].some(isUnknown)) return
  let first = node
  for (;;) {
    const source = made.get(first.inputs.find(isUnknown) ?? '')
    if (source === undefined) break
    first = source
  }
  const known = differentiability(first.op, first.attributes)
  const why = known.rule === 'none' ? `: ${known.why}` : ''
  throw new NoGradientError(
    `node "${node.name}" (${node.op}) has no gradient here: the shapes behind node "${first.name}" are not known, whose operator ${first.op} is in the way${why}`,
  )
}
