import type { WalkOptions } from './walk.ts'

/** What a loss may be of that of w₀ on the same data, where w₀ is out of bounds by itself. */
const mostOfStart = 4

/**
 * Whether the loss before a step is that of a chain which diverged: above the bound, and far above that of w₀ on the same
 * data. A network that is sure of its mistakes has batches out of bounds from the start, which say nothing of the chain.
 * Leaves weights and gradient as they are.
 */
export async function hasDiverged(
  { arrays, evaluate, divergesAbove }: Pick<WalkOptions, 'arrays' | 'evaluate' | 'divergesAbove'>,
  loss: number,
  step: number,
): Promise<boolean> {
  if (loss <= divergesAbove) return false
  if (!Number.isFinite(loss)) return true
  const [weights, gradient] = [arrays.weights.slice(), arrays.gradient.slice()]
  arrays.weights.set(arrays.start)
  const start = await evaluate(step)
  arrays.weights.set(weights)
  arrays.gradient.set(gradient)
  return !(loss <= mostOfStart * start)
}
