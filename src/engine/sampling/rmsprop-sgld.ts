import { Divergence } from './divergence.ts'
import type { StepNorms } from './posterior.ts'
import { Posterior } from './posterior.ts'
import type { StepResult, Walk, WalkOptions } from './walk.ts'

export interface RmspropOptions extends WalkOptions {
  /** Decay of the second moment. */
  readonly alpha: number
  /** Added to its root: bounds the preconditioner by 1/stability. */
  readonly stability: number
}

/**
 * SGLD preconditioned by RMSprop (Li, Chen, Carlson, Carin 2016): V ← αV + (1 − α)g², G = 1/(√V + s),
 * w ← w − (ε/2)·G·[nβ·g + γ(w − w₀) + λw] + √(εG)·ξ, with g the raw minibatch gradient and V₀ = 0, without bias
 * correction. The term Γ = ∂G/∂w is left out, as is usual (it needs second derivatives): the stationary law is the
 * posterior only as far as G varies slowly.
 */
export class RmspropSgldChain implements Walk {
  readonly state: Walk['state']
  readonly #options: RmspropOptions
  readonly #divergence: Divergence
  readonly #posterior: Posterior
  readonly #noise: Float32Array
  /** V. */
  readonly #second: Float32Array

  constructor(options: RmspropOptions) {
    this.#options = options
    this.#divergence = new Divergence(options)
    this.#posterior = new Posterior(options)
    this.#noise = new Float32Array(options.arrays.weights.length)
    this.#second = new Float32Array(options.arrays.weights.length)
    this.state = new Map([['second', this.#second]])
  }

  async advance(step: number): Promise<StepResult> {
    const { evaluate, stream } = this.#options
    const loss = await evaluate(step)
    if (await this.#divergence.at(loss, step)) return { loss, diverged: true }
    stream.normals(step, this.#noise)
    this.#move()
    this.#posterior.clamp()
    return { loss, diverged: false }
  }

  /** Of an SGLD step without the preconditioner. */
  norms(): StepNorms {
    return this.#posterior.norms()
  }

  distance(): number {
    return this.#posterior.distance()
  }

  #move(): void {
    const { arrays, alpha, stability, dynamics } = this.#options
    const { weights, gradient } = arrays
    const { epsilon, noise = 1 } = dynamics
    this.#posterior.region.each((i) => {
      const g = gradient[i]!
      const v = alpha * this.#second[i]! + (1 - alpha) * g * g
      this.#second[i] = v
      const scale = 1 / (Math.sqrt(v) + stability)
      const shake = noise * Math.sqrt(epsilon * scale) * this.#noise[i]!
      weights[i]! += -(epsilon / 2) * scale * this.#posterior.slope(i) + shake
    })
  }
}
