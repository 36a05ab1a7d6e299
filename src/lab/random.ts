import { digestOfJson } from '../base/digest.ts'
import { threefryWords, type Words } from '../engine/sampling/threefry.ts'

/** A seeded sequence of random numbers for drawing prompts and sentences; not for the sampler's noise. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number
  /** Uniform whole number in [0, n). */
  readonly below: (n: number) => number
  /** One of the items, which must not be empty. */
  readonly pick: <T>(items: readonly T[]) => T
  /** The items in random order. */
  readonly shuffled: <T>(items: readonly T[]) => T[]
}

/**
 * The sequence that belongs to a seed and a path of names below it: another path is another, unrelated sequence.
 * Generator: Threefry, its key the first 128 bits of the SHA-256 of seed and path.
 */
export function seededRandom(seed: string, ...path: readonly (string | number)[]): Random {
  const next = wordsOf(digestOfJson([seed, ...path]).slice('sha256:'.length))
  const uniform = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) * 2 ** -53
  const below = (n: number): number => Math.floor(uniform() * n)
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError('nothing to pick from')
    return items[below(items.length)] as T
  }
  const shuffled = <T>(items: readonly T[]): T[] => {
    const result = [...items]
    for (let i = result.length - 1; i > 0; i--) {
      const j = below(i + 1)
      const kept = result[i] as T
      result[i] = result[j] as T
      result[j] = kept
    }
    return result
  }
  return { uniform, below, pick, shuffled }
}

function wordsOf(hex: string): () => number {
  const key = [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16) | 0) as unknown as Words
  const words = new Uint32Array(256)
  let count = 0
  return () => {
    const at = count++ % words.length
    if (at === 0) threefryWords(key, [(count - 1) / 4, 0, 0, 0], words)
    return words[at] as number
  }
}
