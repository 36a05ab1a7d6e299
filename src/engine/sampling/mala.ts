import type { RandomStream } from './random.ts'
import type { Dynamics } from './sgld.ts'

/** A place of a Metropolis chain: the weights, the gradient of the potential U there, and U itself. */
export interface Place {
  readonly weights: ArrayLike<number>
  /** ∇U, U = nβ·L + (γ/2)‖w − w₀‖². */
  readonly slope: ArrayLike<number>
  readonly potential: number
}

/**
 * Probability of accepting the Langevin proposal from `here` to `there` at step size ε: min(1, exp(U − U') · q(w|w') /
 * q(w'|w)), q a normal law of mean w − (ε/2)∇U and variance ε (Roberts and Tweedie 1996). Sums in fp64.
 */
export function malaAcceptance(here: Place, there: Place, epsilon: number): number {
  let [forth, back] = [0, 0]
  for (let i = 0; i < here.weights.length; i++) {
    const move = there.weights[i]! - here.weights[i]!
    forth += (move + (epsilon / 2) * here.slope[i]!) ** 2
    back += (-move + (epsilon / 2) * there.slope[i]!) ** 2
  }
  return Math.min(1, Math.exp(here.potential - there.potential + (forth - back) / (2 * epsilon)))
}

/** A loss on a fixed batch with its gradient, in nats; fp64 arrays. */
export interface FixedLoss {
  /** L at `weights`; writes ∇L to `gradient`. */
  evaluate(weights: Float64Array, gradient: Float64Array): number
}

export interface ExactChainOptions {
  readonly loss: FixedLoss
  /** w₀, where the chain starts too. */
  readonly start: Float64Array
  readonly dynamics: Dynamics
  readonly stream: RandomStream
}

/** MALA: SGLD's full-batch proposal with an accept step, so that the stationary law has no error of the step size. */
export class MalaChain {
  readonly #options: ExactChainOptions
  #here: Place & { readonly weights: Float64Array; readonly loss: number }
  readonly #noise: Float64Array

  constructor(options: ExactChainOptions) {
    this.#options = options
    this.#noise = new Float64Array(options.start.length)
    this.#here = this.#placeAt(options.start.slice())
  }

  get weights(): Float64Array {
    return this.#here.weights
  }

  /** Takes step `step`: the loss after it, and the probability with which its proposal was to be accepted. */
  advance(step: number): { readonly loss: number; readonly acceptance: number } {
    const { dynamics, stream } = this.#options
    stream.normals(step, this.#noise)
    const root = Math.sqrt(dynamics.epsilon)
    const proposed = this.#here.weights.map(
      (w, i) => w - (dynamics.epsilon / 2) * this.#here.slope[i]! + root * this.#noise[i]!,
    )
    const there = this.#placeAt(proposed)
    const acceptance = Number.isFinite(there.potential) ? malaAcceptance(this.#here, there, dynamics.epsilon) : 0
    if (stream.uniform(step) < acceptance) this.#here = there
    return { loss: this.#here.loss, acceptance }
  }

  #placeAt(weights: Float64Array): Place & { readonly weights: Float64Array; readonly loss: number } {
    const { loss, start, dynamics } = this.#options
    const slope = new Float64Array(weights.length)
    const value = loss.evaluate(weights, slope)
    let pull = 0
    for (let i = 0; i < weights.length; i++) {
      const away = weights[i]! - start[i]!
      pull += away * away
      slope[i] = dynamics.nbeta * slope[i]! + dynamics.gamma * away
    }
    return { weights, slope, loss: value, potential: dynamics.nbeta * value + (dynamics.gamma / 2) * pull }
  }
}
