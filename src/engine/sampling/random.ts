import type { LangevinKernel } from './kernel/kernel.ts'
import { openKernel, streamArguments } from './kernel/kernel.ts'
import type { Words } from './threefry.ts'
import { threefryWords } from './threefry.ts'

/** What a stream is for: streams of one seed with different purposes or indices never share a number. */
export const purposes = { noise: 1, order: 2, init: 3, prompts: 4, other: 5 } as const
export type Purpose = keyof typeof purposes

/**
 * Seeded random numbers by counter: number i of a stream is a function of (seed, purpose, index, step, i) alone, so any
 * step can be drawn again, on resume too, without drawing those before it.
 */
export class RandomStream {
  /** Key of the generator; with a step it names a block of numbers that a kernel can draw by itself. */
  readonly key: Words

  /** `seed`: 16 hexadecimal digits. `index`: chain, epoch, or whatever tells streams of one purpose apart. */
  constructor(seed: string, purpose: Purpose, index = 0) {
    if (!/^[0-9a-f]{16}$/.test(seed)) throw new RangeError(`a seed has 16 hexadecimal digits, not "${seed}"`)
    this.key = [parseInt(seed.slice(8), 16) | 0, parseInt(seed.slice(0, 8), 16) | 0, purposes[purpose], index | 0]
  }

  /** Fills `out` with independent standard normal numbers of the given step, drawn in fp32. */
  normals(step: number, out: Float32Array | Float64Array): void {
    const { kernel, at } = roomFor(out.length)
    kernel.normals(at, 0, out.length, ...streamArguments(this.key, step))
    out.set(new Float32Array(kernel.memory.buffer, at, out.length))
  }

  /** Fills `out` with 32-bit words of the given step. */
  words(step: number, out: Uint32Array): void {
    threefryWords(this.key, [0, 0, step | 0, 1], out)
  }

  /** `count` numbers of the given step, uniform in (0, 1), 53 bits; independent of its normals. */
  uniforms(step: number, count: number): Float64Array {
    const words = new Uint32Array(4 * Math.ceil(count / 2))
    this.words(step, words)
    return Float64Array.from(
      { length: count },
      (_, i) => ((words[2 * i]! >>> 5) * 67108864 + (words[2 * i + 1]! >>> 6) + 0.5) * 2 ** -53,
    )
  }

  /** The first of {@link uniforms}. */
  uniform(step: number): number {
    return this.uniforms(step, 1)[0]!
  }

  /** `count` whole numbers in [0, below), independent and uniform (bias below `below` · 2⁻⁵³). */
  integers(step: number, { count, below }: { readonly count: number; readonly below: number }): Int32Array {
    const words = new Uint32Array(2 * count)
    this.words(step, words)
    return Int32Array.from({ length: count }, (_, i) =>
      Math.floor(((words[2 * i]! >>> 5) * 67108864 + (words[2 * i + 1]! >>> 6)) * 2 ** -53 * below),
    )
  }

  /** 0…n−1 in random order (Fisher–Yates). */
  permutation(step: number, n: number): Int32Array {
    const words = new Uint32Array(2 * n)
    this.words(step, words)
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const unit = ((words[2 * i]! >>> 5) * 67108864 + (words[2 * i + 1]! >>> 6)) * 2 ** -53
      const j = Math.floor(unit * (i + 1))
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    return order
  }
}

/** One kernel for all streams of this thread, opened again when more room is needed. */
let shared: { readonly kernel: LangevinKernel; readonly at: number; readonly count: number } | undefined
function roomFor(count: number): { readonly kernel: LangevinKernel; readonly at: number } {
  if (shared === undefined || shared.count < count) {
    const { kernel, offsets } = openKernel(count, { arrays: 1, scratch: 0 })
    shared = { kernel, at: offsets[0]!, count }
  }
  return shared
}
