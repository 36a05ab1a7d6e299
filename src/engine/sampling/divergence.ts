import type { WalkOptions } from './walk.ts'

/** What a loss may be of that of w₀, where w₀ is out of bounds by itself. */
const mostOfStart = 4
/** Minibatches on which the losses of w₀ are looked at. */
const witnesses = 16
/** A loss so many times the bound has left all bounds whatever the others are. */
const beyondDoubt = 1e4

/**
 * Tells a chain that diverged from a batch that is hard. A loss above the bound is a divergence if it is also far above that
 * of w₀ on the same data, and on the hardest of 16 minibatches: a network that is sure of its mistakes has batches out of
 * bounds from the start, and others as soon as one more of their examples is mistaken, which say nothing of the chain.
 */
export class Divergence {
  readonly #options: Pick<WalkOptions, 'arrays' | 'evaluate' | 'divergesAbove'>
  /** The largest loss of w₀ on the minibatches of the first steps, once it was asked for. */
  #hardest: number | undefined

  constructor(options: Pick<WalkOptions, 'arrays' | 'evaluate' | 'divergesAbove'>) {
    this.#options = options
  }

  /** Whether `loss`, that of the present weights on the data of `step`, is one. Leaves weights and gradient as they are. */
  async at(loss: number, step: number): Promise<boolean> {
    const { arrays, divergesAbove } = this.#options
    if (loss <= divergesAbove) return false
    if (!(loss <= beyondDoubt * divergesAbove)) return true
    const [weights, gradient] = [arrays.weights.slice(), arrays.gradient.slice()]
    const isFar = await this.#isFar(loss, step)
    arrays.weights.set(weights)
    arrays.gradient.set(gradient)
    return isFar
  }

  async #isFar(loss: number, step: number): Promise<boolean> {
    const { arrays, evaluate } = this.#options
    arrays.weights.set(arrays.start)
    if (loss <= mostOfStart * (await evaluate(step))) return false
    if (this.#hardest === undefined) {
      const losses: number[] = []
      for (let at = 0; at < witnesses; at++) losses.push(await evaluate(at))
      this.#hardest = Math.max(...losses)
    }
    return !(loss <= mostOfStart * this.#hardest)
  }
}
