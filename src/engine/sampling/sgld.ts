import type { LangevinKernel } from './kernel/kernel.ts'
import { mostFloats, openKernel, streamArguments } from './kernel/kernel.ts'
import { chunkSize, noiseThread } from './kernel/noise-thread.ts'
import type { RandomStream } from './random.ts'

/**
 * Stochastic gradient Langevin dynamics from trained weights w₀ (Welling and Teh 2011; localized as in Lau et al. 2023,
 * arXiv 2308.12108): w ← w − (ε/2)[nβ·∇L + γ(w − w₀)] + √ε·ξ samples p(w) ∝ exp(−nβ·L(w) − (γ/2)‖w − w₀‖²).
 *
 * Written with the temperature T = 1/nβ, η = ε·nβ and κ = γ/nβ the same step is
 * w ← w − (η/2)[∇L + κ(w − w₀)] + √(ηT)·ξ. Its stability, η·(curvature + κ) < 4, and its relaxation time, 2/(ηκ) steps,
 * do not depend on T: one step size serves a whole ladder of temperatures.
 */
export interface Dynamics {
  /** Step size ε. */
  readonly epsilon: number
  /** Inverse temperature nβ. */
  readonly nbeta: number
  /** Localization γ. */
  readonly gamma: number
  /** Noise level σ, by which the noise is multiplied; 1 where left out, which alone samples the posterior. */
  readonly noise?: number | undefined
}

export const fromTemperature = ({
  eta,
  kappa,
  nbeta,
}: {
  readonly eta: number
  readonly kappa: number
  readonly nbeta: number
}): Dynamics => ({
  epsilon: eta / nbeta,
  gamma: kappa * nbeta,
  nbeta,
})

/** Steps in which the localization alone forgets the start: 2/(εγ). */
export const relaxationSteps = ({ epsilon, gamma }: Dynamics): number => 2 / (epsilon * gamma)

/** Weights from which on a second thread is worth being woken: the step takes milliseconds. */
const largeCount = 2 ** 20

const room = { arrays: 3, scratch: chunkSize }

/** The arrays of a chain, in memory that the kernel reaches. All have `count` entries. */
export class SgldArrays {
  /** The largest `count`. */
  static readonly most = mostFloats(room)
  /** Weights, changed in place by a step. */
  readonly weights: Float32Array
  /** ∇L at the weights, filled by the caller. */
  readonly gradient: Float32Array
  /** w₀. */
  readonly start: Float32Array
  /** Room for the noise of a chunk, or for what is added. */
  readonly #noise: Float32Array
  readonly #kernel: LangevinKernel
  readonly #offsets: readonly number[]
  readonly #threads: number

  /** With two `threads` or more, a second one draws half of the noise of large steps; the bits do not depend on it. */
  constructor(count: number, threads = 1) {
    const { kernel, offsets } = openKernel(count, room)
    const [weights, gradient, start, noise] = offsets as readonly [number, number, number, number]
    this.#kernel = kernel
    this.#offsets = offsets
    this.#threads = threads
    this.weights = new Float32Array(kernel.memory.buffer, weights, count)
    this.gradient = new Float32Array(kernel.memory.buffer, gradient, count)
    this.start = new Float32Array(kernel.memory.buffer, start, count)
    this.#noise = new Float32Array(kernel.memory.buffer, noise, chunkSize)
  }

  /** gradient[first + i] += values[i]; fp32. */
  addToGradient(first: number, values: Float32Array): void {
    const [, gradient, , scratch] = this.#offsets as readonly [number, number, number, number]
    for (let at = 0; at < values.length; at += chunkSize) {
      const part = values.subarray(at, at + chunkSize)
      this.#noise.set(part)
      this.#kernel.add(gradient + 4 * (first + at), scratch, part.length)
    }
  }

  /** One step in place: drift, localization and the noise of `step`, in one pass over memory; fp32. */
  step({ epsilon, nbeta, gamma, noise = 1 }: Dynamics, { key }: RandomStream, step: number): void {
    const { length: count } = this.weights
    const [kernel, at, words] = [this.#kernel, this.#offsets, streamArguments(key, step)]
    const forces = [(epsilon / 2) * nbeta, (epsilon / 2) * gamma, noise * Math.sqrt(epsilon)]
    if (this.#threads < 2 || count < largeCount) {
      kernel.sgld(...at, 0, count, ...forces, ...words)
      return
    }
    const part = (chunk: number): readonly [number, number] => {
      const first = chunk * chunkSize
      return [first, Math.min(chunkSize, count - first)]
    }
    noiseThread().share({
      words,
      chunks: Math.ceil(count / chunkSize),
      draw: (chunk) => kernel.sgld(...at, ...part(chunk), ...forces, ...words),
      take: (chunk, normals) => {
        this.#noise.set(normals)
        kernel.sgldWith(...at, ...part(chunk), ...forces)
      },
    })
  }
}
