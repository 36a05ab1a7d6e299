import { Divergence } from './divergence.ts'
import { Posterior } from './posterior.ts'
import type { StepResult, Walk, WalkOptions } from './walk.ts'
import { noState } from './walk.ts'

/** `evaluate` need not fill a gradient here; its loss must be of the same data at every step. */
export type ForwardOptions = WalkOptions

/** What both have in common: a centre and spread of the prior about which they turn, and a place to go back to. */
class ForwardWalk {
  readonly options: ForwardOptions
  readonly posterior: Posterior
  readonly noise: Float32Array
  readonly kept: Float32Array
  /** Of the weights in `kept`: the loss, and nβ·L + (λ/2)‖w‖². Absent before the first step. */
  here: { readonly loss: number; readonly energy: number } | undefined

  constructor(options: ForwardOptions) {
    if (!(options.dynamics.gamma > 0))
      throw new RangeError('gamma is 0: these samplers need the localization as their prior')
    this.options = options
    this.posterior = new Posterior(options)
    this.noise = new Float32Array(options.arrays.weights.length)
    this.kept = new Float32Array(options.arrays.weights.length)
  }

  /** Loss at the present weights and the energy that counts beside the prior; infinite outside the box. */
  async look(step: number): Promise<{ readonly loss: number; readonly energy: number }> {
    const { posterior, options } = this
    const { nbeta } = options.dynamics
    const loss = posterior.isInside() ? await options.evaluate(step) : Infinity
    let size = 0
    if (posterior.weightDecay > 0) posterior.region.each((i) => (size += options.arrays.weights[i]! ** 2))
    return { loss, energy: Number.isNaN(loss) ? Infinity : nbeta * loss + (posterior.weightDecay / 2) * size }
  }

  /** Measures the weights that the chain begins at; its loss if that is out of bounds. */
  async begin(step: number): Promise<number | undefined> {
    if (this.here !== undefined) return undefined
    const here = await this.look(step)
    if (await new Divergence(this.options).at(here.loss, step)) return here.loss
    this.keep(here)
    return undefined
  }

  keep(here: { readonly loss: number; readonly energy: number }): void {
    this.kept.set(this.options.arrays.weights)
    this.here = here
  }

  /** The point of the ellipse through the kept weights and this step's draw of the prior. */
  turn(keep: number, shake: number): void {
    const { weights, start } = this.options.arrays
    const spread = shake / Math.sqrt(this.options.dynamics.gamma)
    this.posterior.region.each((i) => {
      weights[i] = start[i]! + keep * (this.kept[i]! - start[i]!) + spread * this.noise[i]!
    })
  }
}

/**
 * Preconditioned Crank–Nicolson (Cotter, Roberts, Stuart, White 2013): w' = w₀ + √(1 − b²)(w − w₀) + b·γ^(−1/2)·ξ,
 * accepted with min(1, exp(−nβ(L' − L))). It leaves exp(−nβ·L − (γ/2)‖w − w₀‖²) invariant at every b in (0, 1].
 */
export class CrankNicolsonChain implements Walk {
  readonly state = noState
  readonly #walk: ForwardWalk
  readonly #b: number

  constructor(options: ForwardOptions & { readonly b: number }) {
    if (!(options.b > 0 && options.b <= 1))
      throw new RangeError(`the step b is ${options.b}; it must lie above 0 and at most at 1`)
    this.#walk = new ForwardWalk(options)
    this.#b = options.b
  }

  async advance(step: number): Promise<StepResult> {
    const walk = this.#walk
    const outOfBounds = await walk.begin(step)
    if (outOfBounds !== undefined) return { loss: outOfBounds, diverged: true }
    const { stream, arrays } = walk.options
    stream.normals(step, walk.noise)
    walk.turn(Math.sqrt(1 - this.#b * this.#b), this.#b)
    const there = await walk.look(step)
    const acceptance = Math.min(1, Math.exp(walk.here!.energy - there.energy))
    if (stream.uniform(step) < acceptance) walk.keep(there)
    else arrays.weights.set(walk.kept)
    return { loss: walk.here!.loss, diverged: false, acceptance }
  }

  norms(): null {
    return null
  }

  distance(): number {
    return this.#walk.posterior.distance()
  }
}

/**
 * Elliptical slice sampling (Murray, Adams, MacKay 2010): always moves, has no step size. The point slides along the
 * ellipse through w and a fresh draw of the prior until its energy is under the slice's level.
 */
export class EllipticalSliceChain implements Walk {
  readonly state = noState
  readonly #walk: ForwardWalk

  constructor(options: ForwardOptions) {
    this.#walk = new ForwardWalk(options)
  }

  async advance(step: number): Promise<StepResult> {
    const walk = this.#walk
    const outOfBounds = await walk.begin(step)
    if (outOfBounds !== undefined) return { loss: outOfBounds, diverged: true }
    const { stream, arrays } = walk.options
    stream.normals(step, walk.noise)
    const [height = 0.5, first = 0.5, ...rest] = stream.uniforms(step, mostShrinks + 2)
    const level = walk.here!.energy - Math.log(height)
    let angle = 2 * Math.PI * first
    let [low, high] = [angle - 2 * Math.PI, angle]
    for (const [i, shrink] of rest.entries()) {
      walk.turn(Math.cos(angle), Math.sin(angle))
      const there = await walk.look(step)
      if (there.energy <= level) {
        walk.keep(there)
        return { loss: there.loss, diverged: false, evaluations: i + 1 }
      }
      if (angle < 0) low = angle
      else high = angle
      angle = low + shrink * (high - low)
    }
    arrays.weights.set(walk.kept) // the bracket is down to nothing: the point stays
    return { loss: walk.here!.loss, diverged: false, evaluations: rest.length }
  }

  norms(): null {
    return null
  }

  distance(): number {
    return this.#walk.posterior.distance()
  }
}

/** A shrink leaves three quarters of the bracket on average; 100 leave less than fp64 can tell apart. */
const mostShrinks = 100
