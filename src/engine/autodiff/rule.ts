import type { GraphBuilder, Value } from '../onnx/builder.ts'
import type { NodeUse } from '../onnx/ops/op-use.ts'

/** What a rule sees: the node's inputs, outputs and the gradients that reached the outputs. */
export interface RuleUse extends NodeUse {
  /** Inputs; not there where an optional one is absent. Rules may rely on `x[i]` for inputs the operator requires. */
  readonly x: readonly Value[]
  readonly y: readonly Value[]
  /** Gradients of the outputs; those that nothing depends on are `null`, but not all of them. */
  readonly dy: readonly (Value | null)[]
  readonly g: GraphBuilder
  /** Whether the gradient of input i is wanted: lets a rule leave out costly work. */
  wants(i: number): boolean
}

/**
 * Gradients of the inputs, `null` for one that has none; the walk takes `null` for a floating-point input whose gradient is
 * wanted as "the rule does not cover this" and says so. A gradient may have the broadcast shape: the walk sums it back to
 * the input's own. `'no-gradient'` says that the operator is flat everywhere it is smooth (comparisons, indices).
 */
export type GradientRule = ((use: RuleUse) => readonly (Value | null)[]) | 'no-gradient'
