/**
 * A map of which each version stays as it is: `with` gives a new one in constant time, and the old one can still be read.
 * The newest version holds the entries, an older one only what was changed since; reading an older one moves the entries
 * there (Baker's trick: Baker 1978, "Shallow binding in Lisp 1.5"). So a fold over many events costs one step each, and
 * not a copy of everything. Do not read one version while walking over another.
 */
export class StageMap<V> implements ReadonlyMap<string, V> {
  #entries: Map<string, V> | undefined
  #change: { readonly key: string; readonly value: V | undefined; readonly towards: StageMap<V> } | undefined

  constructor(entries: Iterable<readonly [string, V]> = []) {
    this.#entries = new Map(entries)
  }

  /** This map with one entry more, or another in its place. */
  with(key: string, value: V): StageMap<V> {
    const entries = this.#own()
    const newer = new StageMap<V>()
    newer.#entries = entries
    this.#entries = undefined
    this.#change = { key, value: entries.get(key), towards: newer }
    entries.set(key, value)
    return newer
  }

  get size(): number {
    return this.#own().size
  }
  get(key: string): V | undefined {
    return this.#own().get(key)
  }
  has(key: string): boolean {
    return this.#own().has(key)
  }
  keys(): MapIterator<string> {
    return this.#own().keys()
  }
  values(): MapIterator<V> {
    return this.#own().values()
  }
  entries(): MapIterator<[string, V]> {
    return this.#own().entries()
  }
  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }
  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.#own()) visit(value, key, this)
  }

  /** The entries of this very version, fetched from the version that has them. */
  #own(): Map<string, V> {
    const path: StageMap<V>[] = []
    for (let at = this as StageMap<V>; at.#change !== undefined; at = at.#change.towards) path.push(at)
    for (const older of path.reverse()) older.#take()
    if (this.#entries === undefined) throw new Error('a version of a map lost its entries')
    return this.#entries
  }

  /** Takes the entries from the next version, which has them, and leaves there how to get back. */
  #take(): void {
    if (this.#change === undefined) return
    const { key, value, towards } = this.#change
    const entries = towards.#entries
    if (entries === undefined) throw new Error('a version of a map lost its entries')
    towards.#change = { key, value: entries.get(key), towards: this }
    towards.#entries = undefined
    if (value === undefined) entries.delete(key)
    else entries.set(key, value)
    this.#entries = entries
    this.#change = undefined
  }
}
