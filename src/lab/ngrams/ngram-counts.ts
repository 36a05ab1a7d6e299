import { StageError } from '../../stage/stage-context.ts'

/** Entries that a Map of V8 holds. */
const most = 2 ** 24

/**
 * Counts of n-grams of every order up to the highest, as a tree from the first token of a context to the predicted
 * token. The start mark is the token number `vocabulary`.
 */
export class NgramCounts {
  readonly order: number
  readonly vocabulary: number
  readonly #continuation: boolean
  /** Node and next token → child node. A node number times tokens stays under 2⁵³ for any tree that fits in memory. */
  readonly #children = new Map<number, number>()
  /** By node: how often its n-gram was counted, as the last token of an n-gram of its order. */
  readonly #counts: number[] = [0]
  /** By node: sum of counts and number of different tokens after it, and which. */
  readonly #totals: number[] = [0]
  readonly #after: (number[] | undefined)[] = [undefined]

  /** `continuation`: below the highest order an n-gram counts once for each different token before it. */
  constructor(order: number, vocabulary: number, continuation: boolean) {
    this.order = order
    this.vocabulary = vocabulary
    this.#continuation = continuation
  }

  /** Counts an n-gram of the highest order and the shorter ones that end with it. */
  add(gram: readonly number[]): void {
    for (let k = this.order; k >= 1; k--) {
      const isNew = this.#count(gram, this.order - k, 1)
      // A shorter n-gram counts again only where this one is new: it has one more token before it.
      if (this.#continuation && !isNew) return
    }
  }

  /** Counts one n-gram a number of times; whether it had not been seen. */
  #count(gram: readonly number[], from: number, times: number): boolean {
    let node = 0
    for (let i = from; i < gram.length - 1; i++) node = this.#grow(node, gram[i]!)
    const token = gram[gram.length - 1]!
    const leaf = this.#grow(node, token)
    const isNew = this.#counts[leaf] === 0
    if (isNew) (this.#after[node] ??= []).push(token)
    this.#counts[leaf]! += times
    this.#totals[node]! += times
    return isNew
  }

  #key(node: number, token: number): number {
    return node * (this.vocabulary + 1) + token
  }

  #grow(node: number, token: number): number {
    const key = this.#key(node, token)
    const found = this.#children.get(key)
    if (found !== undefined) return found
    const made = this.#counts.length
    if (made >= most)
      throw new StageError(
        `there are more than ${Math.floor(most / 1e6)} million different n-grams in the text, which is as many as can be counted`,
        'Take a lower order, or give the text stage a limit.',
      )
    this.#children.set(key, made)
    this.#counts.push(0)
    this.#totals.push(0)
    this.#after.push(undefined)
    return made
  }

  /** The node of the last `length` tokens of a context, where something was counted after it. */
  find(context: readonly number[], length: number): number | undefined {
    let node = 0
    for (let i = context.length - length; i < context.length; i++) {
      const next = this.#children.get(this.#key(node, context[i]!))
      if (next === undefined) return undefined
      node = next
    }
    return this.#after[node] === undefined ? undefined : node
  }

  /** How often the token was counted after that node. */
  countAfter(node: number, token: number): number {
    const child = this.#children.get(this.#key(node, token))
    return child === undefined ? 0 : this.#counts[child]!
  }

  totals(node: number): { readonly total: number; readonly types: number } {
    return { total: this.#totals[node]!, types: this.#after[node]?.length ?? 0 }
  }

  /** Tokens counted after a node, with their counts. */
  *after(node: number): Iterable<readonly [token: number, count: number]> {
    for (const token of this.#after[node] ?? []) yield [token, this.countAfter(node, token)]
  }

  /** How many n-grams of an order were counted once and twice. */
  spectrum(k: number): { readonly once: number; readonly twice: number } {
    let [once, twice] = [0, 0]
    for (const { count } of this.grams(k)) {
      if (count === 1) once++
      else if (count === 2) twice++
    }
    return { once, twice }
  }

  /** Every n-gram of an order with its count; the array is used again. */
  *grams(k: number): Iterable<{ readonly gram: readonly number[]; readonly count: number }> {
    const gram: number[] = []
    yield* this.#walk(0, k, gram)
  }

  *#walk(node: number, left: number, gram: number[]): Iterable<{ gram: readonly number[]; count: number }> {
    if (left === 1) {
      for (const [token, count] of this.after(node)) {
        gram.push(token)
        yield { gram, count }
        gram.pop()
      }
      return
    }
    for (const token of this.#inner(node)) {
      gram.push(token)
      yield* this.#walk(this.#children.get(this.#key(node, token))!, left - 1, gram)
      gram.pop()
    }
  }

  /** All tokens that lead on from a node, as context or as what is predicted, in rising order. */
  #inner(node: number): readonly number[] {
    this.#linked ??= this.#link()
    return this.#linked[node] ?? []
  }
  #linked: readonly (readonly number[] | undefined)[] | undefined

  #link(): readonly (readonly number[] | undefined)[] {
    const linked: (number[] | undefined)[] = []
    const width = this.vocabulary + 1
    for (const key of this.#children.keys()) (linked[Math.floor(key / width)] ??= []).push(key % width)
    for (const list of linked) list?.sort((a, b) => a - b)
    return linked
  }

  /** Puts back n-grams that {@link grams} gave. */
  restore(gram: readonly number[], count: number): void {
    this.#linked = undefined
    this.#count(gram, 0, count)
  }
}
