import type { MetricSamples } from '../../../stage/metrics.ts'
import type { Estimate } from '../../statistics/estimate.ts'

/** What was measured at one level: `sets[s][p]`, the p-th pass over the s-th set of draws. */
export type Passes = readonly (readonly MetricSamples[])[]

const known = new WeakMap<MetricSamples, { readonly all: readonly MetricSamples[]; readonly pooled: MetricSamples }[]>()

/**
 * All passes as one: a draw that was measured several times, each time with fresh items, has the mean of its values over
 * all of those items; sets of draws are further chains, since each was drawn independently. Throws where there is nothing.
 */
export function pool(sets: Passes): MetricSamples {
  const all = sets.flat()
  const [first] = all
  if (first === undefined) throw new Error('there is something to pool')
  if (all.length === 1) return first
  const found = known
    .get(first)
    ?.find((one) => one.all.length === all.length && one.all.every((same, i) => same === all[i]))
  if (found !== undefined) return found.pooled
  const passes = sets[0]?.length ?? 1
  const error = all.every(({ itemError }) => itemError !== undefined)
    ? { itemError: Math.sqrt(all.reduce((sum, { itemError = 0 }) => sum + itemError ** 2, 0) / all.length / passes) }
    : {}
  const shared = all.every(({ sharedItemError }) => sharedItemError !== undefined)
    ? { sharedItemError: Math.sqrt(all.reduce((sum, one) => sum + one.sharedItemError! ** 2, 0) / all.length) }
    : {}
  const pooled: MetricSamples = {
    unit: first.unit,
    items: first.items * passes,
    values: sets.flatMap(meanOfPasses),
    ...error,
    ...shared,
  }
  known.set(first, [...(known.get(first) ?? []), { all, pooled }])
  return pooled
}

const meanOfPasses = (passes: readonly MetricSamples[]): number[][] =>
  (passes[0]?.values ?? []).map((chain, c) =>
    chain.map((_, d) => passes.reduce((sum, { values }) => sum + (values[c]?.[d] ?? Number.NaN), 0) / passes.length),
  )

/** Of the variance of a mean, the share that is of the items and not of the draws: 1 for a single model. */
export function shareOfItems(samples: MetricSamples, { mean, se }: Estimate): number {
  const draws = samples.values.flat().length
  if (draws === 1) return 1
  if (se === 0) return 0
  if (samples.sharedItemError !== undefined) return Math.min(1, (samples.sharedItemError / se) ** 2)
  const ofOne = samples.unit === 'proportion' ? (mean * (1 - mean)) / samples.items : (samples.itemError ?? 0) ** 2
  return Math.min(1, ofOne / draws / se ** 2)
}
