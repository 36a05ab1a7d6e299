import { ModelError } from '../../model/config-fields.ts'
import type { ConstantTensor, ValueType } from '../graph.ts'
import { GraphError } from '../graph.ts'
import { hasShapeRule, outputTypes } from '../ops.ts'
import type { ModernNode } from './modern-node.ts'

export interface TypedSurroundings {
  readonly file: string
  readonly types: ReadonlyMap<string, ValueType>
  readonly constants: ReadonlyMap<string, ConstantTensor>
}

/**
 * Types of a node's outputs by the engine's rule; none where there is no rule, an input's type is not known, or the rule
 * needs the elements of a value that is no constant. Throws {@link ModelError} where the node cannot be right.
 */
export function inferTypes(
  node: ModernNode & { readonly name: string },
  { file, types, constants }: TypedSurroundings,
): readonly ValueType[] {
  if (!hasShapeRule(node.op) || node.inputs.some((x) => x !== '' && !types.has(x))) return []
  const asked = { inVain: false }
  try {
    return outputTypes({
      op: node.op,
      name: node.name,
      attributes: node.attributes,
      outputCount: node.outputs.length,
      x: node.inputs.map((x) => types.get(x)),
      constant: (i) => {
        const tensor = constants.get(node.inputs[i] ?? '')
        asked.inVain ||= tensor === undefined && (node.inputs[i] ?? '') !== ''
        return tensor === undefined ? undefined : Array.from(tensor.data as ArrayLike<number | bigint>, Number)
      },
    })
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    if (asked.inVain) return []
    throw new ModelError(`${file}: ${error.message}`)
  }
}
