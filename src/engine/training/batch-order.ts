import type { RandomStream } from '../sampling/random.ts'

/** Which sequences stand in which batch: each epoch a new seeded permutation, a function of the step alone. */
export class BatchOrder {
  readonly #stream: RandomStream
  readonly #sequences: number
  readonly #size: number
  #epoch = -1
  #order: Int32Array = new Int32Array(0)

  constructor(stream: RandomStream, sequences: number, size: number) {
    if (sequences < 1 || size < 1) throw new RangeError(`cannot take batches of ${size} from ${sequences} sequences`)
    this.#stream = stream
    this.#sequences = sequences
    this.#size = size
  }

  /** Indices of the sequences of batch `step`, counting from 0. Batches run over the ends of epochs. */
  batch(step: number): Int32Array {
    return Int32Array.from({ length: this.#size }, (_, i) => this.#at(step * this.#size + i))
  }

  #at(position: number): number {
    const epoch = Math.floor(position / this.#sequences)
    if (epoch !== this.#epoch) {
      this.#order = this.#stream.permutation(epoch, this.#sequences)
      this.#epoch = epoch
    }
    return this.#order[position % this.#sequences]!
  }
}
