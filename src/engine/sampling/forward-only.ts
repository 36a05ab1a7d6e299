import type { RandomStream } from './random.ts'

/** A loss on a fixed batch, in nats, without a gradient: all that these samplers ask of a model. */
export type ForwardLoss = (weights: Float64Array) => number

export interface ForwardOptions {
  readonly loss: ForwardLoss
  /** w₀: the centre of the Gaussian prior of variance 1/γ, where the chain starts too. */
  readonly start: Float64Array
  readonly nbeta: number
  readonly gamma: number
  readonly stream: RandomStream
}

/**
 * Preconditioned Crank–Nicolson (Cotter, Roberts, Stuart, White 2013): w' = w₀ + √(1 − b²)(w − w₀) + b·γ^(−1/2)·ξ,
 * accepted with min(1, exp(−nβ(L' − L))). It leaves exp(−nβ·L − (γ/2)‖w − w₀‖²) invariant at every b in (0, 1].
 */
export class CrankNicolsonChain {
  readonly #options: ForwardOptions & { readonly b: number }
  readonly #noise: Float64Array
  weights: Float64Array
  loss: number

  constructor(options: ForwardOptions & { readonly b: number }) {
    if (!(options.b > 0 && options.b <= 1))
      throw new RangeError(`the step b is ${options.b}; it must lie above 0 and at most at 1`)
    this.#options = options
    this.#noise = new Float64Array(options.start.length)
    this.weights = options.start.slice()
    this.loss = options.loss(this.weights)
  }

  /** Takes step `step`: the loss after it, and whether its proposal was accepted. */
  advance(step: number): { readonly loss: number; readonly accepted: boolean } {
    const { loss, start, nbeta, gamma, stream, b } = this.#options
    stream.normals(step, this.#noise)
    const [keep, shake] = [Math.sqrt(1 - b * b), b / Math.sqrt(gamma)]
    const proposed = this.weights.map((w, i) => start[i]! + keep * (w - start[i]!) + shake * this.#noise[i]!)
    const there = loss(proposed)
    const accepted = stream.uniform(step) < Math.exp(-nbeta * (there - this.loss))
    if (accepted) {
      this.weights = proposed
      this.loss = there
    }
    return { loss: this.loss, accepted }
  }
}

/**
 * Elliptical slice sampling (Murray, Adams, MacKay 2010): always moves, has no step size. The point slides along the
 * ellipse through w and a fresh draw of the prior until its loss is under the slice's level.
 */
export class EllipticalSliceChain {
  readonly #options: ForwardOptions
  readonly #noise: Float64Array
  weights: Float64Array
  loss: number

  constructor(options: ForwardOptions) {
    this.#options = options
    this.#noise = new Float64Array(options.start.length)
    this.weights = options.start.slice()
    this.loss = options.loss(this.weights)
  }

  /** Takes step `step`: the loss after it, and how often the loss was evaluated. */
  advance(step: number): { readonly loss: number; readonly evaluations: number } {
    const { loss, start, nbeta, gamma, stream } = this.#options
    stream.normals(step, this.#noise)
    const [height = 0.5, first = 0.5, ...rest] = stream.uniforms(step, mostShrinks + 2)
    const level = this.loss - Math.log(height) / nbeta
    let angle = 2 * Math.PI * first
    let [low, high] = [angle - 2 * Math.PI, angle]
    for (const [i, shrink] of rest.entries()) {
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle) / Math.sqrt(gamma)]
      const proposed = this.weights.map((w, j) => start[j]! + cosine * (w - start[j]!) + sine * this.#noise[j]!)
      const there = loss(proposed)
      if (there <= level) {
        this.weights = proposed
        this.loss = there
        return { loss: there, evaluations: i + 1 }
      }
      if (angle < 0) low = angle
      else high = angle
      angle = low + shrink * (high - low)
    }
    return { loss: this.loss, evaluations: rest.length } // the bracket is down to nothing: the point stays
  }
}

/** A shrink leaves three quarters of the bracket on average; 100 leave less than fp64 can tell apart. */
const mostShrinks = 100
