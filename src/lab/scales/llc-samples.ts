import type { JsonObject } from '../../base/json.ts'
import type { ArtifactRef } from '../../stage/artifact.ts'
import type { Metrics } from '../../stage/metrics.ts'
import type { Estimate } from '../statistics/estimate.ts'
import { estimate } from '../statistics/estimate.ts'

/** A value that a sampler or an estimate gives inline. */
export function plainValue(ref: ArtifactRef | undefined): JsonObject {
  if (ref === undefined || !('value' in ref)) throw new Error('the sampler gives its losses and verdict as values')
  return ref.value as JsonObject
}

/** nβ times the excess loss of each draw, from a sampler's output `loss`. */
export function lambdaOf(loss: ArtifactRef | undefined, nbeta: number): Metrics {
  const excess = (plainValue(loss) as unknown as Metrics).metrics['excess']!
  const values = excess.values.map((chain) => chain.map((each) => nbeta * each))
  return { metrics: { lambda: { unit: 'dimensionless', values, items: excess.items } } }
}

/** λ̂ with bounds at 95 %, both sides. */
export const lambdaEstimate = ({ metrics }: Metrics): Estimate => estimate(metrics['lambda']!, 0.025)

/** λ̂ of each chain alone. */
export const lambdaByChain = ({ metrics }: Metrics): Estimate[] =>
  metrics['lambda']!.values.map((chain) => estimate({ ...metrics['lambda']!, values: [chain] }, 0.025))
