import type { RandomStream } from './random.ts'
import type { Dynamics } from './sgld.ts'
import { sgldStep } from './sgld.ts'

/** What a chain walks on: a loss in nats with its gradient at `weights`, perhaps of another minibatch each step. */
export interface Objective {
  /** Changed in place by the chain. */
  readonly weights: Float32Array
  /** Filled by `evaluate`. */
  readonly gradient: Float32Array
  /** Loss of step `step` (counting from 0) at the present weights. */
  evaluate(step: number): Promise<number>
}

/** Norms of the three moves of one step, in weight units: which force leads. */
export interface StepNorms {
  readonly drift: number
  readonly pull: number
  readonly noise: number
}

export interface ChainOptions {
  readonly objective: Objective
  /** w₀, the centre of the localization. */
  readonly start: Float32Array
  readonly dynamics: Dynamics
  readonly stream: RandomStream
  /** A loss above this counts as divergence: unadjusted SGLD is unstable on steep losses, and it shows at once. */
  readonly divergesAbove: number
}

export type StepResult =
  | { readonly diverged: false; /** Loss before the step, nats. */ readonly loss: number }
  | { readonly diverged: true; readonly loss: number }

/**
 * One chain of SGLD, advanced step by step. It keeps no state but the weights: step s uses the minibatch and the noise
 * of s, so a chain that goes on from saved weights gives the same bits as one that was never stopped.
 */
export class LangevinChain {
  readonly #options: ChainOptions
  readonly #noise: Float32Array

  constructor(options: ChainOptions) {
    this.#options = options
    this.#noise = new Float32Array(options.objective.weights.length)
  }

  /** Takes step `step`. A diverged chain leaves the weights as they were. */
  async advance(step: number): Promise<StepResult> {
    const { objective, start, dynamics, stream, divergesAbove } = this.#options
    const loss = await objective.evaluate(step)
    if (!(loss <= divergesAbove)) return { diverged: true, loss }
    stream.normals(step, this.#noise)
    sgldStep({ weights: objective.weights, start, gradient: objective.gradient, noise: this.#noise }, dynamics)
    return { diverged: false, loss }
  }

  /** Norms of the moves that the last step made, from the arrays it used (fp64 sums). */
  norms(): StepNorms {
    const { objective, start, dynamics } = this.#options
    const { epsilon, nbeta, gamma } = dynamics
    return {
      drift: (epsilon / 2) * nbeta * norm(objective.gradient),
      pull: (epsilon / 2) * gamma * this.distance(start),
      noise: Math.sqrt(epsilon) * norm(this.#noise),
    }
  }

  /** ‖w − start‖, summed in fp64. */
  distance(start: Float32Array = this.#options.start): number {
    const { weights } = this.#options.objective
    let sum = 0
    for (let i = 0; i < weights.length; i++) sum += (weights[i]! - start[i]!) ** 2
    return Math.sqrt(sum)
  }
}

function norm(values: Float32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!
  return Math.sqrt(sum)
}
