import type { Json } from '../../../base/json.ts'
import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Claim } from '../../../stage/claim.ts'
import type { Diagnosis, Metrics, MetricSamples } from '../../../stage/metrics.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildResult } from '../../../stage/stage-kind.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { estimateOnce } from './estimate-once.ts'
import type { LevelStatus } from './ladder.ts'

/** An estimate with what it was made of, as it stands in the answer. */
export type Measured = { readonly [K in keyof Estimate]: number } & {
  readonly items: number
  readonly unit: MetricSamples['unit']
}

/** The claim's verdict on a level: held or failed only when the bound on the right side says so. */
export function judge(
  { operator, threshold }: Pick<Claim, 'operator' | 'threshold'>,
  { low, high }: Pick<Estimate, 'low' | 'high'>,
): Exclude<LevelStatus, 'unhealthy'> {
  switch (operator) {
    case '>=':
      return low >= threshold ? 'held' : high < threshold ? 'failed' : 'undecided'
    case '>':
      return low > threshold ? 'held' : high <= threshold ? 'failed' : 'undecided'
    case '<=':
      return high <= threshold ? 'held' : low > threshold ? 'failed' : 'undecided'
    case '<':
      return high < threshold ? 'held' : low >= threshold ? 'failed' : 'undecided'
  }
}

interface Which {
  readonly output: string
  /** Left out: the first metric. */
  readonly metric: string | undefined
}

/** The samples of a metric in a child's outputs. Throws StageError where it was not measured, or holds a value that is no number. */
export function samplesOf(child: ChildResult, { output, metric }: Which): MetricSamples {
  const { metrics } = metricsOf(child, output)
  const name = metric ?? Object.keys(metrics)[0] ?? ''
  const samples = metrics[name]
  if (samples === undefined)
    throw new StageError(
      `the experiment measured no metric ${metric ?? 'at all'}; it measured ${Object.keys(metrics).join(', ') || 'none'}`,
    )
  const values = samples.values.flat()
  if (values.length === 0 || !values.every((value) => Number.isFinite(value)))
    throw new StageError(
      `the metric ${name} ${values.length === 0 ? 'has no values' : 'has values that are no finite numbers'}, so nothing can be claimed about it`,
      'The model may have diverged, or the experiment divided by nothing: look at what it measured.',
    )
  return samples
}

/** Reads a metric from a child's outputs and estimates its mean with bounds at `alpha`. Throws as `samplesOf` does. */
export function measured(child: ChildResult, which: Which, alpha: number): Measured {
  const samples = samplesOf(child, which)
  return { ...estimateOnce(samples, alpha), items: samples.items, unit: samples.unit }
}

/** The metrics that a child gave as an output. */
export const metricsOf = (child: ChildResult, output: string): Metrics =>
  valueOf(child.outputs[output], `an output ${output} of metrics`) as unknown as Metrics

/** What the sampler says of itself; a degradation that draws nothing has nothing to diagnose. */
export function diagnosisOf(child: ChildResult): Diagnosis {
  const ref = child.outputs.diagnosis
  return ref === undefined
    ? { verdict: 'healthy', findings: [] }
    : (valueOf(ref, 'a diagnosis') as unknown as Diagnosis)
}

function valueOf(ref: ArtifactRef | undefined, what: string): Json {
  if (ref === undefined || !('value' in ref))
    throw new StageError(`the search needs ${what} from this stage, and there is none`)
  return ref.value
}
