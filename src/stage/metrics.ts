/**
 * `proportion`: right items among all, a count over a count, which has binomial error at least; `probability`: a mean of
 * numbers from 0 to 1, whose error may be far smaller. The others say themselves what they are of.
 */
export const metricUnits = [
  'proportion',
  'probability',
  'nats/token',
  'nats',
  'logits',
  'count',
  'dimensionless',
] as const
export type MetricUnit = (typeof metricUnits)[number]

/** Whether it lies between 0 and 1 and is read as a percentage. */
export const isShare = (unit: string | undefined): boolean => unit === 'proportion' || unit === 'probability'

/**
 * What an experiment measured on a model or on posterior draws of it.
 * `values[c][d]` is the metric at draw `d` of chain `c` (one model: one chain, one draw), so that a later claim can
 * compute its own interval: chains are independent, draws of one chain are correlated.
 */
export interface MetricSamples {
  readonly unit: MetricUnit
  readonly values: readonly (readonly number[])[]
  /** Items (prompts, tokens) averaged in each value. */
  readonly items: number
  /** Standard error over items of one value, where the stage knows it (mean over draws). */
  readonly itemError?: number
  /**
   * Standard error over items of the mean over all values, where every value is of the same items and those are a sample of
   * what the metric is about, such as the examples of a test set. It adds to the error of the draws. Left out where each
   * value has items of its own, or the items are all there are.
   */
  readonly sharedItemError?: number
  /**
   * Training steps of the values, flattened in order, where they are checkpoints of one training. Those are no draws from
   * anything: each stands for itself, and a mean over them says nothing.
   */
  readonly steps?: readonly number[]
}

export interface Metrics {
  readonly metrics: Readonly<Record<string, MetricSamples>>
}

/** What a sampler says of itself; every claim made from its draws carries it. */
export interface Diagnosis {
  readonly verdict: 'healthy' | 'suspicious' | 'broken'
  /** One sentence a finding, worst first; each check that passed is listed too, with its figure. */
  readonly findings: readonly {
    readonly check: string
    readonly verdict: 'healthy' | 'suspicious' | 'broken'
    readonly text: string
  }[]
}
