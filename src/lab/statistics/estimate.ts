import { normalQuantile } from '../../engine/sampling/normal.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import { effectiveSampleSize } from './ess.ts'
import { betaQuantile } from './incomplete-beta.ts'
import { studentTQuantile } from './student-t.ts'

/** A mean over draws of the posterior with what is known of its error. */
export interface Estimate {
  readonly mean: number
  /** Standard error of the mean, autocorrelation within chains and differences between chains included. */
  readonly se: number
  /** Each bound fails with probability `alpha` at most: the true mean lies below `low` so often, and above `high` so often. */
  readonly low: number
  readonly high: number
  readonly chains: number
  readonly draws: number
  /** Independent draws that would be as precise. */
  readonly effective: number
}

/**
 * The mean of a metric over chains and draws, with one-sided bounds at level `alpha` each.
 *
 * Proportions: the method of Korn and Graubard (1998) for clustered counts. The standard error gives the number of
 * independent items that would be as precise, Student's t takes the few draws into account, and Clopper and Pearson's
 * exact limits for that number keep the bounds inside [0, 1] and apart from each other even where every item was right.
 * Probabilities: the same, but the standard error alone says how many items they are worth, since a mean of numbers
 * between 0 and 1 may be known far better than a share of rights and wrongs.
 * Other units: mean ± t · se. A single value has only its own error over items. Where all draws are of the same items, and
 * those a sample, their error is added.
 */
export function estimate(samples: MetricSamples, alpha: number): Estimate {
  const { values } = samples
  const all = values.flat()
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  const effective = effectiveSampleSize(values)
  const drawn = {
    se: standardError(samples, mean, effective),
    degrees: all.length === 1 ? Infinity : Math.max(1, values.length - 1, effective / 2),
  }
  const { se, degrees } = together(drawn, samples)
  const isShared = samples.sharedItemError !== undefined
  const items = samples.unit === 'proportion' ? samples.items * (isShared ? 1 : all.length) : Infinity
  const bounds =
    samples.unit === 'proportion' || (samples.unit === 'probability' && se > 0 && mean > 0 && mean < 1)
      ? proportionBounds({ mean, se, degrees, items }, alpha)
      : symmetricBounds({ mean, se, degrees }, alpha)
  return {
    mean,
    se,
    ...bounds,
    chains: values.length,
    draws: Math.max(...values.map((chain) => chain.length)),
    effective,
  }
}

function standardError({ values, unit, items, itemError }: MetricSamples, mean: number, effective: number): number {
  const all = values.flat()
  const binomial = unit === 'proportion' ? Math.sqrt((mean * (1 - mean)) / (items * all.length)) : 0
  if (all.length === 1) return itemError ?? binomial
  const squares = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length
  // The spread about the draws' own mean is too small by the share of the variance that the mean itself carries.
  const share = Math.min(0.9, 1 / effective)
  return Math.max(Math.sqrt(squares / effective / (1 - share)), binomial)
}

/** The error of the draws with that of the items that all of them share; degrees of freedom after Satterthwaite (1946). */
function together(
  { se: ofDraws, degrees }: { readonly se: number; readonly degrees: number },
  { sharedItemError: ofItems, items }: MetricSamples,
): { readonly se: number; readonly degrees: number } {
  if (ofItems === undefined || !(ofItems > 0)) return { se: ofDraws, degrees }
  const se = Math.hypot(ofDraws, ofItems)
  return { se, degrees: se ** 4 / (ofDraws ** 4 / degrees + ofItems ** 4 / Math.max(1, items - 1)) }
}

interface Spread {
  readonly mean: number
  readonly se: number
  readonly degrees: number
}

function symmetricBounds({ mean, se, degrees }: Spread, alpha: number): { low: number; high: number } {
  const reach = se * quantile(1 - alpha, degrees)
  return { low: mean - reach, high: mean + reach }
}

function proportionBounds(
  { mean, se, degrees, items }: Spread & { readonly items: number },
  alpha: number,
): { low: number; high: number } {
  const independent = se > 0 ? Math.min(items, (mean * (1 - mean)) / se ** 2) : items
  const counted = independent * (quantile(1 - alpha, Infinity) / quantile(1 - alpha, degrees)) ** 2
  const right = mean * counted
  return {
    low: right === 0 ? 0 : betaQuantile(alpha, right, counted - right + 1),
    high: right >= counted ? 1 : betaQuantile(1 - alpha, right + 1, counted - right),
  }
}

const quantile = (p: number, degrees: number): number =>
  degrees === Infinity ? normalQuantile(p) : studentTQuantile(p, degrees)
