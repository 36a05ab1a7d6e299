import { Divergence } from './divergence.ts'
import type { StepNorms, WalkArrays } from './posterior.ts'
import { Posterior } from './posterior.ts'
import type { StepResult, Walk, WalkOptions } from './walk.ts'
import { noState } from './walk.ts'

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
  let difference = 0
  for (let i = 0; i < here.weights.length; i++)
    difference += detour(there.weights[i]! - here.weights[i]!, [here.slope[i]!, there.slope[i]!], epsilon)
  return Math.min(1, Math.exp(here.potential - there.potential + difference / (2 * epsilon)))
}

/** Square of what noise the move took, less the square of what the move back would take. */
function detour(move: number, [here, there]: readonly [number, number], epsilon: number): number {
  return (move + (epsilon / 2) * here) ** 2 - (-move + (epsilon / 2) * there) ** 2
}

type Somewhere = Pick<WalkArrays, 'weights' | 'gradient'> & { readonly potential: number }

/** As {@link malaAcceptance}, between two points of a posterior, over the elements that move. */
export function malaAcceptanceOf(posterior: Posterior, here: Somewhere, there: Somewhere): number {
  const { epsilon } = posterior.dynamics
  let difference = 0
  posterior.region.each((i) => {
    const slopes = [posterior.slope(i, here), posterior.slope(i, there)] as const
    difference += detour(there.weights[i]! - here.weights[i]!, slopes, epsilon)
  })
  return Math.min(1, Math.exp(here.potential - there.potential + difference / (2 * epsilon)))
}

/**
 * MALA: SGLD's proposal with an accept step (Roberts and Tweedie 1996), so that the stationary law has no error of the
 * step size. The loss must be of the same data at every step. Outside the box nothing is accepted.
 */
export class MalaChain implements Walk {
  readonly state = noState
  readonly #options: WalkOptions
  readonly #divergence: Divergence
  readonly #posterior: Posterior
  readonly #noise: Float32Array
  readonly #kept: { readonly weights: Float32Array; readonly gradient: Float32Array }
  /** Of the weights in `#kept`; absent before the first step, and so worked out again by a chain that goes on. */
  #here: { readonly loss: number; readonly potential: number } | undefined

  constructor(options: WalkOptions) {
    this.#options = options
    this.#divergence = new Divergence(options)
    this.#posterior = new Posterior(options)
    const size = options.arrays.weights.length
    this.#noise = new Float32Array(size)
    this.#kept = { weights: new Float32Array(size), gradient: new Float32Array(size) }
  }

  /** Takes step `step`: the loss after it, and the probability with which its proposal was to be accepted. */
  async advance(step: number): Promise<StepResult> {
    const { evaluate, stream, arrays } = this.#options
    if (this.#here === undefined) {
      const loss = await evaluate(step)
      if (await this.#divergence.at(loss, step)) return { loss, diverged: true }
      this.#keep(loss)
    }
    this.#propose(step)
    const loss = await evaluate(step)
    const here = { ...this.#kept, ...this.#here! }
    const there = { ...arrays, potential: this.#posterior.potential(loss) }
    const possible = Number.isFinite(there.potential) && this.#posterior.isInside()
    const acceptance = possible ? malaAcceptanceOf(this.#posterior, here, there) : 0
    if (stream.uniform(step) < acceptance) this.#keep(loss)
    else {
      arrays.weights.set(this.#kept.weights)
      arrays.gradient.set(this.#kept.gradient)
    }
    return { loss: this.#here!.loss, diverged: false, acceptance }
  }

  norms(): StepNorms {
    return this.#posterior.norms()
  }

  distance(): number {
    return this.#posterior.distance()
  }

  #keep(loss: number): void {
    const { weights, gradient } = this.#options.arrays
    this.#kept.weights.set(weights)
    this.#kept.gradient.set(gradient)
    this.#here = { loss, potential: this.#posterior.potential(loss) }
  }

  #propose(step: number): void {
    const { stream, arrays, dynamics } = this.#options
    const [half, root] = [dynamics.epsilon / 2, Math.sqrt(dynamics.epsilon)]
    stream.normals(step, this.#noise)
    this.#posterior.region.each((i) => {
      arrays.weights[i]! += -half * this.#posterior.slope(i) + root * this.#noise[i]!
    })
  }
}
