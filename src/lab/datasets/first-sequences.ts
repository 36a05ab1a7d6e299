import type { Dataset } from './dataset.ts'

/** The first `count` sequences, or all where there are fewer. */
export function firstSequences(data: Dataset, count: number): Dataset {
  const sequences = Math.min(count, data.sequences)
  const end = sequences * data.length
  return { ...data, sequences, tokens: data.tokens.subarray(0, end), mask: data.mask.subarray(0, end) }
}
