/** An operator in the way of a gradient that has no rule. Names the node, the operator and what asked for it. */
export class NoGradientError extends Error {
  override readonly name = 'NoGradientError'
}
