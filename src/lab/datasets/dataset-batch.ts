import type { Batch } from '../../engine/model/differentiable.ts'
import type { Dataset } from './dataset.ts'

/** The given sequences side by side. */
export function batchOf({ tokens, mask, length }: Dataset, sequences: Int32Array): Batch {
  const batch = { tokens: new Int32Array(sequences.length * length), mask: new Uint8Array(sequences.length * length) }
  sequences.forEach((sequence, i) => {
    batch.tokens.set(tokens.subarray(sequence * length, (sequence + 1) * length), i * length)
    batch.mask.set(mask.subarray(sequence * length, (sequence + 1) * length), i * length)
  })
  return batch
}
