import type { PosteriorOptions, StepNorms } from './posterior.ts'
import type { RandomStream } from './random.ts'

/**
 * The loss that a chain walks on, perhaps of another minibatch each step: gives the loss in nats at `arrays.weights`, and
 * fills `arrays.gradient` there unless the sampler asks for losses alone. Steps count from 0.
 */
export type Evaluate = (step: number) => Promise<number>

export interface WalkOptions extends PosteriorOptions {
  readonly evaluate: Evaluate
  readonly stream: RandomStream
  /** A loss above this counts as divergence: unadjusted samplers are unstable on steep losses, and it shows at once. */
  readonly divergesAbove: number
}

export interface StepResult {
  /** Nats; of the weights before the step, of a sampler that accepts or rejects those after it. */
  readonly loss: number
  readonly diverged: boolean
  /** Probability with which the step was, or had been, accepted by Metropolis's rule; absent where it was not computed. */
  readonly acceptance?: number
  /** Evaluations of the loss, where their number varies. */
  readonly evaluations?: number
}

/** One chain, advanced step by step: it draws the numbers of step s from its stream by s alone, so that it can go on where it stopped. */
export interface Walk {
  /** Takes step `step`. A diverged chain leaves the weights as they were. `judge`: compute the acceptance too, at a cost. */
  advance(step: number, judge?: boolean): Promise<StepResult>
  /** Norms of the moves of the last step, in weight units; null for samplers without forces. */
  norms(): StepNorms | null
  /** ‖w − w₀‖ over the elements that move. */
  distance(): number
  /** What must survive besides the weights, by name, to be written over in place when a chain goes on. */
  readonly state: ReadonlyMap<string, Float32Array | Float64Array>
}

/** For samplers whose weights are all their state. */
export const noState: Walk['state'] = new Map()
