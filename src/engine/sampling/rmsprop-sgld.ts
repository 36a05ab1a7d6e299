import type { RandomStream } from './random.ts'
import type { Dynamics, SgldArrays } from './sgld.ts'

export interface RmspropOptions {
  /** Decay of the second moment. */
  readonly alpha: number
  /** Added to its root: bounds the preconditioner by 1/stability. */
  readonly stability: number
}

/**
 * SGLD preconditioned by RMSprop (Li, Chen, Carlson, Carin 2016): V ← αV + (1 − α)g², G = 1/(√V + s),
 * w ← w − (ε/2)·G·[nβ·g + γ(w − w₀)] + √(εG)·ξ, with g the raw minibatch gradient and V₀ = 0, without bias correction.
 * The term Γ = ∂G/∂w is left out, as is usual: the stationary law is the posterior only as far as G varies slowly.
 */
export class RmspropSgld {
  readonly #arrays: SgldArrays
  readonly #options: RmspropOptions
  readonly #noise: Float32Array
  /** V; part of the state to save and restore. */
  readonly second: Float32Array

  constructor(arrays: SgldArrays, options: RmspropOptions) {
    this.#arrays = arrays
    this.#options = options
    this.#noise = new Float32Array(arrays.weights.length)
    this.second = new Float32Array(arrays.weights.length)
  }

  /** One step in place, with the noise of `step`. */
  step({ epsilon, nbeta, gamma }: Dynamics, stream: RandomStream, step: number): void {
    const { weights, gradient, start } = this.#arrays
    const { alpha, stability } = this.#options
    stream.normals(step, this.#noise)
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i]!
      const v = alpha * this.second[i]! + (1 - alpha) * g * g
      this.second[i] = v
      const scale = 1 / (Math.sqrt(v) + stability)
      const drift = nbeta * g + gamma * (weights[i]! - start[i]!)
      weights[i]! += -(epsilon / 2) * scale * drift + Math.sqrt(epsilon * scale) * this.#noise[i]!
    }
  }
}
