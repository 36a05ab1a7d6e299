import type { Diagnosis } from '../../../stage/metrics.ts'
import type { Measured } from '../coarsest/judge.ts'
import type { Loss } from '../coarsest/loss-of.ts'
import type { PathPoint } from '../phenomenon/at-loss.ts'

/** The whole result of a curve; plain data, kept as the output `answer`. Bounds at 95 %, both sides. */
export interface CurveAnswer {
  readonly version: 2
  /** The model's own loss, nats per token. */
  readonly from: number
  /** Each experiment at the model itself. */
  readonly original: Readonly<Record<string, Measured>>
  /** Each at a model that knows nothing, where one was given: halves are counted from there, else from 0. */
  readonly baseline?: Readonly<Record<string, Measured>>
  /** Losses that were steered to, where any were. */
  readonly wanted?: readonly number[]
  /** By rising loss. */
  readonly levels: readonly CurveLevel[]
}
export interface CurveLevel {
  readonly name: string
  /** The coldness of the dose (`degradations/doses.ts`): nβ for a sampler. */
  readonly nbeta: number
  /** What was turned, such as `nβ 3000`. */
  readonly dose: string
  /** Nats per token. */
  readonly loss: Loss
  readonly metrics: Readonly<Record<string, Measured>>
  readonly verdict: Diagnosis['verdict']
  /** The loss that was wanted, where the curve was steered to losses. */
  readonly target?: number
}

/** The measured points of one experiment, the model itself first. */
export function pointsOf({ from, original, levels }: CurveAnswer, name: string): PathPoint[] {
  const at = (loss: number, measured: Measured | undefined): PathPoint[] =>
    measured === undefined ? [] : [{ loss, mean: measured.mean, low: measured.low, high: measured.high }]
  return [...at(from, original[name]), ...levels.flatMap(({ loss, metrics }) => at(loss.mean, metrics[name]))]
}
