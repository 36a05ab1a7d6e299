import type { Diagnosis } from '../../../stage/metrics.ts'
import type { Measured } from '../coarsest/judge.ts'

/** The whole result of a curve; plain data, kept as the output `answer`. Bounds at 95 %, both sides. */
export interface CurveAnswer {
  readonly version: 1
  /** The model's own loss, nats per token. */
  readonly from: number
  /** Each experiment at the model itself. */
  readonly original: Readonly<Record<string, Measured>>
  /** Coldest first. */
  readonly levels: readonly CurveLevel[]
}
export interface CurveLevel {
  readonly name: string
  readonly nbeta: number
  /** Nats per token. */
  readonly loss: { readonly mean: number; readonly se: number }
  readonly metrics: Readonly<Record<string, Measured>>
  readonly verdict: Diagnosis['verdict']
}
