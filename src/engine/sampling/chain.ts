import { Divergence } from './divergence.ts'
import { malaAcceptanceOf } from './mala.ts'
import type { StepNorms } from './posterior.ts'
import { Posterior } from './posterior.ts'
import type { SgldArrays } from './sgld.ts'
import type { StepResult, Walk, WalkOptions } from './walk.ts'
import { noState } from './walk.ts'

export interface ChainOptions extends WalkOptions {
  /** Weights, gradient and w₀. */
  readonly arrays: SgldArrays
}

/**
 * One chain of SGLD, advanced step by step. It keeps no state but the weights: step s uses the minibatch and the noise
 * of s, so a chain that goes on from saved weights gives the same bits as one that was never stopped.
 */
export class LangevinChain implements Walk {
  readonly state = noState
  readonly #options: ChainOptions
  readonly #divergence: Divergence
  readonly #posterior: Posterior

  constructor(options: ChainOptions) {
    this.#options = options
    this.#divergence = new Divergence(options)
    this.#posterior = new Posterior(options)
  }

  /**
   * Takes step `step`. A diverged chain leaves the weights as they were. With `judge` it also says with which probability
   * MALA would have accepted the move, on the loss of the same minibatch: one more evaluation, and the walk is the same.
   */
  async advance(step: number, judge = false): Promise<StepResult> {
    const { arrays, evaluate } = this.#options
    const loss = await evaluate(step)
    if (await this.#divergence.at(loss, step)) return { loss, diverged: true }
    if (!judge || !this.#isLangevin()) {
      this.#move(step)
      return { loss, diverged: false }
    }
    const kept = { weights: arrays.weights.slice(), gradient: arrays.gradient.slice() }
    const here = { ...kept, potential: this.#posterior.potential(loss) }
    this.#move(step)
    const potential = this.#posterior.potential(await evaluate(step))
    const there = { weights: arrays.weights, gradient: arrays.gradient, potential }
    const acceptance = Number.isFinite(potential) ? malaAcceptanceOf(this.#posterior, here, there) : 0
    arrays.gradient.set(kept.gradient)
    return { loss, diverged: false, acceptance }
  }

  norms(): StepNorms {
    return this.#posterior.norms()
  }

  distance(): number {
    return this.#posterior.distance()
  }

  /** Whether a step is a Langevin proposal, whose acceptance has a meaning: its own noise, and no wall. */
  #isLangevin(): boolean {
    return (this.#options.dynamics.noise ?? 1) === 1 && this.#posterior.boundingBox === Infinity
  }

  #move(step: number): void {
    const { arrays, dynamics, stream } = this.#options
    const { region, weightDecay } = this.#posterior
    const { weights, gradient, start } = arrays
    if (weightDecay > 0) region.each((i) => (gradient[i]! += (weightDecay / dynamics.nbeta) * weights[i]!))
    arrays.step(dynamics, stream, step)
    if (!region.isWhole) region.restoreOutside(weights, start)
    this.#posterior.clamp()
  }
}
