import type { Metrics, MetricSamples, MetricUnit } from '../../../stage/metrics.ts'
import type { ChildResult } from '../../../stage/stage-kind.ts'
import { estimateOnce } from './estimate-once.ts'
import { metricsOf } from './judge.ts'

export interface Loss {
  readonly mean: number
  readonly se: number
  /** Left out: nats per token. */
  readonly unit?: MetricUnit
}

/** What one of a list of degradations gave; `isTotal`: its excess is over the model itself, not over what it was given. */
export interface Part {
  readonly result: ChildResult
  readonly isTotal: boolean
}

const alpha = 0.025

/**
 * The loss of a level over its draws, nats per token, from the results of its degradations: one list a set of draws, in
 * the order in which they were applied. Where each tells its draws' excess on the same sequences, the excess over the
 * model is added to the model's own loss: the same expectation, without the error of which sequences were taken.
 * Undefined where the last one measured no loss.
 */
export function lossOf(sets: readonly (readonly Part[])[], from: number): Loss | undefined {
  const read = sets.map((parts) => parts.slice(lastTotal(parts)).map(({ result }) => metricsIn(result)))
  if (read.every((parts) => parts.every((one) => hasValues(one['excess'])))) {
    const each = (read[0] ?? []).map((_, at) => estimatedTogether(read.map((parts) => parts[at]?.['excess'])))
    const [mean, se] = [each.reduce((sum, one) => sum + one.mean, from), Math.hypot(...each.map((one) => one.se))]
    return { mean, se, ...(each.at(-1)?.unit && { unit: each.at(-1)!.unit! }) }
  }
  const last = read.map((parts) => parts.at(-1)?.['loss'])
  return last.every(hasValues) ? estimatedTogether(last) : undefined
}

const lastTotal = (parts: readonly Part[]): number =>
  Math.max(
    0,
    parts.findLastIndex(({ isTotal }) => isTotal),
  )
const metricsIn = (result: ChildResult): Metrics['metrics'] =>
  result.outputs['loss'] === undefined ? {} : metricsOf(result, 'loss').metrics

const hasValues = (samples: MetricSamples | undefined): samples is MetricSamples =>
  samples !== undefined && samples.values.flat().length > 0

function estimatedTogether(all: readonly (MetricSamples | undefined)[]): Loss {
  const [first, ...more] = all.filter(hasValues)
  if (first === undefined) throw new Error('there are values to estimate')
  const pooled = more.length === 0 ? first : { ...first, values: [first, ...more].flatMap(({ values }) => values) }
  const { mean, se } = estimateOnce(pooled, alpha)
  return { mean, se, ...(first.unit === 'nats/token' ? {} : { unit: first.unit }) }
}
