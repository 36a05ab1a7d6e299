import type { MetricSamples } from '../../../stage/metrics.ts'
import { estimate, type Estimate } from '../../statistics/estimate.ts'

const known = new WeakMap<MetricSamples, Map<number, Estimate>>()

/** As `estimate`, worked out once for the same samples: a search is replayed whenever a child finishes. */
export function estimateOnce(samples: MetricSamples, alpha: number): Estimate {
  const byAlpha = known.get(samples) ?? new Map<number, Estimate>()
  known.set(samples, byAlpha)
  const found = byAlpha.get(alpha) ?? estimate(samples, alpha)
  byAlpha.set(alpha, found)
  return found
}
