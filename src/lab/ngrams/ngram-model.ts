import type { Dataset } from '../datasets/dataset.ts'
import { NgramCounts } from './ngram-counts.ts'

export const smoothings = ['kneser-ney', 'witten-bell'] as const
export type Smoothing = (typeof smoothings)[number]

export interface NgramHead {
  /** Tokens in the longest n-gram: the token and those before it that are looked at. */
  readonly order: number
  readonly smoothing: Smoothing
  readonly vocabulary: number
  /** Digest of the tokens that the numbers stand for, where it is known. */
  readonly tokenizer?: string
}

/**
 * A smoothed n-gram model over tokens. The probability of a token interpolates between orders, down to the uniform law
 * over the vocabulary, so that it sums to one exactly and none is zero:
 *
 * - Kneser–Ney (Kneser and Ney 1995; interpolated: Chen and Goodman 1999, equation 26): at each order k
 *   p(w | c) = (max(n(cw) − D, 0) + D · T(c) · p(w | c′)) / n(c), T(c) being the number of different tokens seen after c,
 *   c′ the context without its first token; n is a count at the highest order, and below it the number of different tokens seen
 *   before cw. D = n₁ / (n₁ + 2 n₂) from the numbers of n-grams counted once and twice, ½ where either is zero.
 * - Witten–Bell (Witten and Bell 1991; Chen and Goodman 1999, equation 16): p(w | c) = (n(cw) + T(c) · p(w | c′)) / (n(c) +
 *   T(c)), n being counts at every order.
 *
 * A context never seen passes the question on to the shorter one. Before a sequence stands a start mark, as often as
 * the order needs it; it is never predicted.
 */
export class NgramModel {
  readonly head: NgramHead
  readonly counts: NgramCounts
  /** Discount of each order, 1 … order. */
  readonly discounts: readonly number[]
  #unigram: Float64Array | undefined

  constructor(head: NgramHead, counts: NgramCounts) {
    this.head = head
    this.counts = counts
    this.discounts = Array.from({ length: head.order }, (_, i) => discountOf(counts.spectrum(i + 1)))
  }

  /** Counts the tokens of the dataset that are predicted, each with what stands before it in its sequence. */
  static train(data: Dataset, { order, smoothing }: Pick<NgramHead, 'order' | 'smoothing'>): NgramModel {
    const counts = new NgramCounts(order, data.vocabulary, smoothing === 'kneser-ney')
    eachPrediction(data, order, (gram) => {
      counts.add(gram)
    })
    const { vocabulary, tokenizer } = data
    return new NgramModel({ order, smoothing, vocabulary, ...(tokenizer && { tokenizer }) }, counts)
  }

  /**
   * p(token | context), the context being the `order` − 1 tokens before it, the nearest last, start marks
   * (`vocabulary`) where the sequence had not begun. `order`: of the model that looks no further.
   */
  probability(context: readonly number[], token: number, order = this.head.order): number {
    let p = 1 / this.head.vocabulary
    for (let k = 1; k <= order; k++) {
      const node = this.counts.find(context, k - 1)
      if (node === undefined) return p
      p = this.#mix(k, { count: this.counts.countAfter(node, token), ...this.counts.totals(node) }, p)
    }
    return p
  }

  /**
   * p of every token of the vocabulary after a context. Only the tokens seen after it are worked out one by one: all
   * others have what a token alone has, times the share that each order leaves to the one below.
   */
  distribution(context: readonly number[]): Float64Array {
    let scale = 1
    const seen = new Map<number, number>()
    const alone = this.#alone()
    for (let k = 2; k <= this.head.order; k++) {
      const node = this.counts.find(context, k - 1)
      if (node === undefined) break
      const totals = this.counts.totals(node)
      const left = this.#mix(k, { count: 0, ...totals }, 1)
      for (const [token, p] of seen) seen.set(token, left * p)
      for (const [token, count] of this.counts.after(node))
        seen.set(token, this.#mix(k, { count, ...totals }, 0) + (seen.get(token) ?? left * scale * alone[token]!))
      scale *= left
    }
    const p = alone.map((one) => scale * one)
    for (const [token, value] of seen) p[token] = value
    return p
  }

  /** p of every token of the vocabulary with nothing before it; kept, since every distribution begins there. */
  #alone(): Float64Array {
    this.#unigram ??= Float64Array.from({ length: this.head.vocabulary }, (_, token) => this.probability([], token, 1))
    return this.#unigram
  }

  #mix(k: number, { count, total, types }: { count: number; total: number; types: number }, lower: number): number {
    if (this.head.smoothing === 'witten-bell') return (count + types * lower) / (total + types)
    const discount = this.discounts[k - 1]!
    return (Math.max(count - discount, 0) + discount * types * lower) / total
  }
}

function discountOf({ once, twice }: { readonly once: number; readonly twice: number }): number {
  return once === 0 || twice === 0 ? 0.5 : once / (once + 2 * twice)
}

/** Calls `see` with each predicted token and the order − 1 tokens before it, in one array that is used again. */
export function eachPrediction(
  { tokens, mask, sequences, length, vocabulary }: Dataset,
  order: number,
  see: (gram: readonly number[], sequence: number, t: number) => void,
): void {
  const gram = new Array<number>(order).fill(vocabulary)
  for (let i = 0; i < sequences; i++)
    for (let t = 1; t < length; t++) {
      if (mask[i * length + t] === 0) continue
      for (let j = 0; j < order; j++) {
        const at = t - order + 1 + j
        gram[j] = at < 0 ? vocabulary : tokens[i * length + at]!
      }
      see(gram, i, t)
    }
}
