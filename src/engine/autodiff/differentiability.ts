import type { Attributes } from '../onnx/graph.ts'
import { hasShapeRule } from '../onnx/ops.ts'
import { limits } from './limits.ts'
import { rules } from './rules/index.ts'
import { reasons } from './rules/without-rule.ts'

/** What the engine can say about the gradient of an operator. */
export type Differentiability =
  | { readonly rule: 'exact' }
  /** Its derivative is 0 wherever there is one: gradients end here, rightly. */
  | { readonly rule: 'flat' }
  | { readonly rule: 'none'; readonly why: string }

const floats: readonly number[] = [1, 10, 11, 16]

/**
 * Whether gradients pass through an operator with these attributes, and why not. The operator's name is as in
 * `GraphNode.op`: one of another domain carries its domain in front.
 */
export function differentiability(op: string, attributes: Attributes = {}): Differentiability {
  if (!hasShapeRule(op)) {
    const domain = op.includes('.') ? 'operators of other domains than ONNX’s own have no gradient rule' : undefined
    return { rule: 'none', why: reasons[op] ?? domain ?? 'the engine does not know this operator' }
  }
  const rule = rules[op]
  if (rule === 'no-gradient') return { rule: 'flat' }
  if (typeof rule === 'object') return { rule: 'none', why: rule.none }
  const why = limits[op]?.(attributes)
  if (why !== undefined) return { rule: 'none', why }
  const to = attributes['to']
  if (op === 'Cast' && to !== undefined && 'int' in to && !floats.includes(to.int)) return { rule: 'flat' }
  return { rule: 'exact' }
}
