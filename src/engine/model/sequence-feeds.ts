import type { Tensor } from '../runtime/session.ts'
import type { BatchShape } from './graphs.ts'

/** A batch of sequences: predicts token t + 1 from tokens 0…t wherever `mask` of token t + 1 is 1. */
export interface Batch {
  /** Row-major [sequences, length]. */
  readonly tokens: Int32Array
  readonly mask: Uint8Array
}

/** The inputs of a training graph beside the weights, for some sequences of a batch. */
export class SequenceFeeds {
  /** By name. */
  readonly tensors: Readonly<Record<'tokens' | 'targets' | 'weight', Tensor>>
  readonly tokens: BigInt64Array
  readonly targets: BigInt64Array
  readonly #weight: Float32Array
  readonly #shape: BatchShape

  constructor(shape: BatchShape) {
    const rows = shape.batch * shape.length
    this.#shape = shape
    this.tokens = new BigInt64Array(rows)
    this.targets = new BigInt64Array(rows)
    this.#weight = new Float32Array(rows)
    this.tensors = {
      tokens: { type: 'int64', shape: [shape.batch, shape.length], data: this.tokens },
      targets: { type: 'int64', shape: [rows, 1], data: this.targets },
      weight: { type: 'float32', shape: [rows], data: this.#weight },
    }
  }

  /** Takes sequences from `first` on; a position's weight is its mask over `count`, that of the whole batch. */
  take({ tokens, mask }: Batch, { first, count }: { readonly first: number; readonly count: number }): void {
    const { batch, length } = this.#shape
    for (let i = 0; i < batch; i++)
      for (let t = 0; t < length; t++) {
        const [from, to] = [(first + i) * (length + 1) + t, i * length + t]
        this.tokens[to] = BigInt(tokens[from]!)
        this.targets[to] = BigInt(tokens[from + 1]!)
        this.#weight[to] = mask[from + 1]! / count
      }
  }
}

/** Predicted tokens of a batch whose sequences have `length` tokens: no first one is. */
export const predicted = ({ mask }: Batch, length: number): number =>
  mask.reduce((sum, bit, i) => (i % length === 0 ? sum : sum + bit), 0)
