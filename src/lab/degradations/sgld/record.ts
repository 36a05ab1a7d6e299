import type { Json } from '../../../base/json.ts'

/** What one chain tells of itself: the artifact `record` of a chain, inline. */
export interface ChainRecord {
  readonly nbeta: number
  readonly epsilon: number
  readonly gamma: number
  readonly batch: number
  readonly burnin: number
  readonly every: number
  /** Step at which the loss left all bounds, if it did. */
  readonly divergedAt: number | null
  /** Mean minibatch loss (nats/token) over equal stretches of steps, burn-in included. */
  readonly trace: readonly { readonly until: number; readonly loss: number }[]
  /** One entry a draw, at the recorded weights: loss on the fixed evaluation sequences, nats/token. */
  readonly draws: readonly { readonly step: number; readonly loss: number; readonly distance: number }[]
  /** Loss of the start w₀ on the same sequences. */
  readonly startLoss: number
  /** Predicted tokens in the evaluation sequences. */
  readonly tokens: number
  /** Norms of the moves of the last step, in weight units. */
  readonly norms: { readonly drift: number; readonly pull: number; readonly noise: number } | null
  readonly warm: boolean
  /** Number of weights that moved. */
  readonly parameters: number
}

export const recordAsJson = (record: ChainRecord): Json => record as unknown as Json
export const recordOf = (value: Json): ChainRecord => value as unknown as ChainRecord
