import type { RandomStream } from './random.ts'
import type { Posterior } from './posterior.ts'
import type { Evaluate } from './walk.ts'

export interface CurvatureOptions {
  readonly posterior: Posterior
  readonly evaluate: Evaluate
  readonly stream: RandomStream
  readonly iterations?: number
}

/**
 * The curvature of the loss of largest magnitude at w₀, over the elements that move, by power iteration: Hessian times
 * vector from gradients at w₀ ± δv, on the data of step 0. A few iterations give a lower bound that is close where a few
 * curvatures stand out, as they do in trained networks. Leaves the weights at w₀ and another gradient behind.
 */
export async function largestCurvature({
  posterior,
  evaluate,
  stream,
  iterations = 12,
}: CurvatureOptions): Promise<number> {
  const { arrays, region } = posterior
  const direction = new Float32Array(arrays.weights.length)
  stream.normals(0, direction)
  const ahead = new Float32Array(direction.length)
  const reach = 1e-3 * Math.max(1, normOf(arrays.start, region))
  let curvature = 0
  for (let i = 0; i < iterations; i++) {
    const length = normOf(direction, region)
    if (!(length > 0)) break
    region.each((j) => (direction[j]! /= length))
    await moveTo(reach)
    ahead.set(arrays.gradient)
    await moveTo(-reach)
    curvature = 0
    region.each((j) => {
      const product = (ahead[j]! - arrays.gradient[j]!) / (2 * reach)
      curvature += product * direction[j]!
      direction[j] = product
    })
  }
  arrays.weights.set(arrays.start)
  return curvature

  /** Fills the gradient at w₀ + along · direction. */
  async function moveTo(along: number): Promise<void> {
    arrays.weights.set(arrays.start)
    region.each((j) => (arrays.weights[j]! += along * direction[j]!))
    await evaluate(0)
  }
}

function normOf(values: Float32Array, region: Posterior['region']): number {
  let sum = 0
  region.each((i) => (sum += values[i]! * values[i]!))
  return Math.sqrt(sum)
}
