import type { StageInput } from '../../../stage/artifact.ts'
import type { StageContext } from '../../../stage/stage-context.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { checkFits } from '../../scales/sequence-losses.ts'
import type { Member } from '../../series.ts'
import { readSeries } from '../../series.ts'

/** The predicted tokens of some sequences, in reading order. */
export interface PredictedTokens {
  /** Sequence, position and number of each, [tokens]. */
  readonly sequence: Int32Array
  readonly position: Int32Array
  readonly token: Int32Array
}

export function predictedTokens({ sequences, length, tokens, mask }: Dataset): PredictedTokens {
  const places: number[] = []
  for (let i = 0; i < sequences; i++)
    for (let t = 1; t < length; t++) if (mask[i * length + t] !== 0) places.push(i * length + t)
  return {
    sequence: Int32Array.from(places, (place) => Math.floor(place / length)),
    position: Int32Array.from(places, (place) => place % length),
    token: Int32Array.from(places, (place) => tokens[place]!),
  }
}

/** Losses of one draw on several datasets, nats, each in the order of {@link predictedTokens}. */
export interface DrawLosses {
  readonly member: Member
  readonly reading: readonly Float32Array[]
}

/** Per-token losses of every draw of a series on each of the datasets. Throws StageError where one is not finite. */
export function tokenLossesOf(
  model: StageInput | undefined,
  ctx: StageContext,
  datasets: readonly Dataset[],
): Promise<DrawLosses[]> {
  return readSeries(model, ctx, async (opened, member) => {
    const found: Float32Array[] = []
    for (const data of datasets) {
      checkFits(data, opened)
      const { sequence, position } = predictedTokens(data)
      const losses = await opened.tokenLosses(data.tokens, data.length)
      const chosen = Float32Array.from(sequence, (i, at) => losses[i * (data.length - 1) + position[at]! - 1]!)
      if (!chosen.every(Number.isFinite))
        throw new StageError(`the model of ${member.file} has losses that are not finite: its weights have diverged`)
      found.push(chosen)
    }
    return found
  })
}

/** Sums of values over the tokens of each sequence. */
export function bySequence(losses: Float32Array, { sequence }: PredictedTokens, sequences: number): Float64Array {
  const sums = new Float64Array(sequences)
  losses.forEach((loss, i) => (sums[sequence[i]!]! += loss))
  return sums
}

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}
