import type { Json } from '../../../base/json.ts'
import type { MetricUnit } from '../../../stage/metrics.ts'
import type { SamplerName } from './samplers.ts'

/** What one chain tells of itself: the artifact `record` of a chain, inline. */
export interface ChainRecord {
  readonly sampler: SamplerName
  readonly nbeta: number
  readonly epsilon: number
  readonly gamma: number
  readonly batch: number
  readonly burnin: number
  readonly every: number
  /** Step at which the loss left all bounds, if it did. */
  readonly divergedAt: number | null
  /** Mean minibatch loss over equal stretches of steps, burn-in included. */
  readonly trace: readonly { readonly until: number; readonly loss: number }[]
  /** One entry a draw, at the recorded weights: loss on the fixed evaluation sequences. */
  readonly draws: readonly ChainDraw[]
  /** Loss of the start w₀ on the same sequences. */
  readonly startLoss: number
  /** What the losses are of; left out: nats a token. */
  readonly unit?: MetricUnit
  /** Predicted tokens in the evaluation sequences. */
  readonly tokens: number
  /** Norms of the moves of the last step, in weight units; null of a sampler without forces and of a chain that diverged. */
  readonly norms: { readonly drift: number; readonly pull: number; readonly noise: number } | null
  readonly warm: boolean
  /** Number of weights that moved. */
  readonly parameters: number
  /** Which those were, where not all. */
  readonly selection?: Selection
  /** Whether the loss walked on is that of all the sequences on which draws are measured. */
  readonly wholeLoss?: boolean
  /** Share of the momentum that a step keeps, of samplers that have one. */
  readonly momentum?: number
  /** Whether the weights were held in a box about w₀. */
  readonly boxed?: true
  /** Largest curvature of the loss at w₀, nats a token per squared unit of weight; of the first chain. */
  readonly curvature?: number
}

export interface ChainDraw {
  readonly step: number
  readonly loss: number
  readonly distance: number
  /** Mean probability of accepting a step: of the steps since the draw before, or where only sampled, of the step that led here. */
  readonly acceptance?: number
}

/** The weights that a chain moves. */
export interface Selection {
  /** As it was written. */
  readonly expression: string
  /** Weights of the whole model. */
  readonly of: number
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly elements: number }[]
}

export const recordAsJson = (record: ChainRecord): Json => record as unknown as Json
export const recordOf = (value: Json): ChainRecord => value as unknown as ChainRecord
