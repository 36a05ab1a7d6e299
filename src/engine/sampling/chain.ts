import type { RandomStream } from './random.ts'
import type { Dynamics, SgldArrays } from './sgld.ts'

/**
 * The loss that a chain walks on, perhaps of another minibatch each step: fills the chain's `arrays.gradient` at
 * `arrays.weights` and gives the loss in nats. Steps count from 0.
 */
export type Evaluate = (step: number) => Promise<number>

/** Norms of the three moves of one step, in weight units: which force leads. */
export interface StepNorms {
  readonly drift: number
  readonly pull: number
  readonly noise: number
}

export interface ChainOptions {
  /** Weights, gradient and w₀. */
  readonly arrays: SgldArrays
  readonly evaluate: Evaluate
  readonly dynamics: Dynamics
  readonly stream: RandomStream
  /** A loss above this counts as divergence: unadjusted SGLD is unstable on steep losses, and it shows at once. */
  readonly divergesAbove: number
}

export interface StepResult {
  /** Loss before the step, nats. */
  readonly loss: number
  readonly diverged: boolean
}

/**
 * One chain of SGLD, advanced step by step. It keeps no state but the weights: step s uses the minibatch and the noise
 * of s, so a chain that goes on from saved weights gives the same bits as one that was never stopped.
 */
export class LangevinChain {
  readonly #options: ChainOptions

  constructor(options: ChainOptions) {
    this.#options = options
  }

  /** Takes step `step`. A diverged chain leaves the weights as they were. */
  async advance(step: number): Promise<StepResult> {
    const { arrays, evaluate, dynamics, stream, divergesAbove } = this.#options
    const loss = await evaluate(step)
    if (!(loss <= divergesAbove)) return { loss, diverged: true }
    arrays.step(dynamics, stream, step)
    return { loss, diverged: false }
  }

  /** Norms of the moves of the last step, in weight units: of the drift, the localization, and the noise as expected, √(ε·d). */
  norms(): StepNorms {
    const { arrays, dynamics } = this.#options
    const { epsilon, nbeta, gamma } = dynamics
    return {
      drift: (epsilon / 2) * nbeta * norm(arrays.gradient),
      pull: (epsilon / 2) * gamma * this.distance(),
      noise: Math.sqrt(epsilon * arrays.weights.length),
    }
  }

  /** ‖w − w₀‖, summed in fp64. */
  distance(): number {
    const { weights, start } = this.#options.arrays
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
