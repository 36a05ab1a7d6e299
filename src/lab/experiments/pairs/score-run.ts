import type { HookedNetwork, HookEdit, HookRun } from '../../../engine/intervention/hooked-network.ts'
import type { PairBatch } from './pair-batch.ts'
import { scores, type ScoreName } from './score.ts'

/** The score of every pair on its clean or its corrupted prompt, with edits on the way. */
export async function scoreRun(
  network: HookedNetwork,
  { pairs, length, positions, ...tokens }: PairBatch,
  {
    prompts,
    score,
    edits = [],
    inputs,
  }: {
    readonly prompts: 'clean' | 'corrupt'
    readonly score: ScoreName
    readonly edits?: readonly HookEdit[]
    readonly inputs?: NonNullable<HookRun['inputs']>
  },
): Promise<Float64Array> {
  const result = new Float64Array(pairs.length)
  await network.run(
    { tokens: tokens[prompts], length, positions, edits, ...(inputs && { inputs }) },
    ({ first, count, logits }) => {
      for (let i = 0; i < count; i++) {
        const row = logits.subarray(i * network.outputs, (i + 1) * network.outputs)
        result[first + i] = scores[score].of(row, pairs[first + i]!)
      }
    },
  )
  return result
}
