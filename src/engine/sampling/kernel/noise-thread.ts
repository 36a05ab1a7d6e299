import { Worker } from 'node:worker_threads'
import { kernelModule } from './kernel.ts'

/** Floats of a chunk: 64 KiB, which stays in the cache on its way from one thread to the other. */
export const chunkSize = 16_384
const slots = 8

/** Where the words of the shared control array are; from `slots` on a word for each slot: chunk + 1, or 0 where it is free. */
const word = { begun: 0, open: 1, next: 2, chunks: 3, stream: 4, slots: 9 } as const

/**
 * The thread's program. Chunks are claimed by tickets, one after the other through all steps: ticket − first ticket of the
 * step is the chunk. What the step is, is written between two writes of its first ticket, so that however late the thread
 * wakes up it never claims a chunk of one step with the numbers of another.
 */
const program = `
const { module, control, ring, word, slots, chunkSize } = require('node:worker_threads').workerData
const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil((4 * chunkSize) / 65536) })
const { exports } = new WebAssembly.Instance(module, { env: { memory, abort() {} } })
const drawn = new Float32Array(memory.buffer, 65536, chunkSize)
for (let slot = 0; ; slot = (slot + 1) % slots) {
  const at = word.slots + slot
  for (let full; (full = Atomics.load(control, at)) !== 0; ) Atomics.wait(control, at, full)
  const { chunk, stream } = claim()
  exports.normals(65536, chunk * chunkSize, chunkSize, ...stream)
  ring.set(drawn, slot * chunkSize)
  Atomics.store(control, at, chunk + 1)
  Atomics.notify(control, at)
}
function claim() {
  for (;;) {
    const first = Atomics.load(control, word.open)
    const [chunks, ...stream] = Array.from({ length: word.slots - word.chunks }, (_, i) => Atomics.load(control, word.chunks + i))
    if (Atomics.load(control, word.begun) !== first) continue
    const ticket = Atomics.load(control, word.next)
    const chunk = (ticket - first) >>> 0
    if (chunk >= chunks) Atomics.wait(control, word.open, first)
    else if (Atomics.compareExchange(control, word.next, ticket, ticket + 1) === ticket) return { chunk, stream }
  }
}
`

/**
 * A second thread that draws the normals of some chunks of a step while this one moves the weights by others. Numbers are
 * drawn by counter, so it makes no difference to them which thread drew them.
 */
class NoiseThread {
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * (word.slots + slots)))
  readonly #ring = new Float32Array(new SharedArrayBuffer(4 * slots * chunkSize))
  /** The slot that the thread fills next, or has filled. */
  #slot = 0

  constructor() {
    const workerData = { module: kernelModule(), control: this.#control, ring: this.#ring, word, slots, chunkSize }
    this.#control[word.open] = this.#control[word.begun] = -1
    new Worker(program, { eval: true, execArgv: [], workerData }).unref()
  }

  /** Hands out every chunk of a step once, in any order: to `draw` with numbers still to be drawn, to `take` with drawn ones. */
  share({ words, chunks, draw, take }: SharedStep): void {
    const first = this.#open(chunks, words)
    for (let done = 0; done < chunks; done++) {
      const at = word.slots + this.#slot
      const chunk = Atomics.load(this.#control, at) === 0 ? this.#claim(first, chunks) : undefined
      if (chunk === undefined) this.#take(at, take)
      else draw(chunk)
    }
  }

  #open(chunks: number, words: readonly number[]): number {
    const first = Atomics.load(this.#control, word.next)
    Atomics.store(this.#control, word.begun, first)
    for (const [i, value] of [chunks, ...words].entries()) Atomics.store(this.#control, word.chunks + i, value)
    Atomics.store(this.#control, word.open, first)
    Atomics.notify(this.#control, word.open)
    return first
  }

  /** A chunk that nobody has begun; `undefined` where there is none left. */
  #claim(first: number, chunks: number): number | undefined {
    for (;;) {
      const ticket = Atomics.load(this.#control, word.next)
      const chunk = (ticket - first) >>> 0
      if (chunk >= chunks) return undefined
      if (Atomics.compareExchange(this.#control, word.next, ticket, ticket + 1) === ticket) return chunk
    }
  }

  /** Takes the chunk of the slot, after waiting for it, and gives the slot back. */
  #take(at: number, take: SharedStep['take']): void {
    const [control, from] = [this.#control, this.#slot * chunkSize]
    Atomics.wait(control, at, 0)
    take(Atomics.load(control, at) - 1, this.#ring.subarray(from, from + chunkSize))
    Atomics.store(control, at, 0)
    Atomics.notify(control, at)
    this.#slot = (this.#slot + 1) % slots
  }
}

interface SharedStep {
  /** Key and step of the stream, as the kernel takes them. */
  readonly words: readonly number[]
  readonly chunks: number
  draw(chunk: number): void
  take(chunk: number, normals: Float32Array): void
}

let started: NoiseThread | undefined

/** The thread, started when first asked for; it does not keep the process alive. */
export const noiseThread = (): NoiseThread => (started ??= new NoiseThread())
