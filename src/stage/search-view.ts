import type { MetricUnit } from './metrics.ts'

/** How a running or finished search looks: the levels tried so far, coldest first. Shown live, stored in the run log. */
export interface SearchView {
  /** What is searched, for example `accuracy >= 0.95`. */
  readonly claim: string
  readonly threshold: number
  readonly metric: string
  /** What losses are of; left out: nats per token. */
  readonly lossUnit?: MetricUnit
  readonly levels: readonly SearchLevel[]
  /** What is going on now, in a few words. */
  readonly doing: string
  /** The most levels the search can come to, those of `levels` included, where it knows: gives a bound on the time left. */
  readonly atMost?: number
}

export interface SearchLevel {
  /** Child stage name, for example `level-03`. */
  readonly name: string
  /** What is turned, for example `nβ 3000`. */
  readonly dose: string
  readonly status: 'running' | 'held' | 'failed' | 'undecided' | 'unhealthy'
  /** Nats per token: the mean over draws and its standard error; absent while it runs. */
  readonly loss?: { readonly mean: number; readonly se: number }
  readonly multiple?: number
  readonly metric?: { readonly mean: number; readonly low: number; readonly high: number }
  /** Metrics measured beside the claim, such as recall of facts. */
  readonly beside?: Readonly<Record<string, { readonly mean: number; readonly low: number; readonly high: number }>>
}
