import type { JsonObject } from '../../base/json.ts'
import { samplesOf, type Member, type Reading } from '../series.ts'
import type { MetricTable } from './item-metrics.ts'

/** Readings of several metrics, member by member, as the value of a `metrics` output: those that every member has. */
export function metricValues<M extends MetricTable>(
  metrics: M,
  readings: readonly {
    readonly member: Member
    readonly reading: Partial<Readonly<Record<keyof M & string, Reading>>>
  }[],
  items: (metric: keyof M & string) => number,
): { readonly metrics: JsonObject } {
  const found = Object.keys(metrics).flatMap((metric) => {
    const one = readings.flatMap(({ member, reading }) => {
      const value = reading[metric]
      return value === undefined ? [] : [{ member, reading: value }]
    })
    if (one.length < readings.length || one.length === 0) return []
    return [[metric, { ...samplesOf(one, { unit: metrics[metric]!.unit, items: items(metric) }) }] as const]
  })
  return { metrics: Object.fromEntries(found) }
}
