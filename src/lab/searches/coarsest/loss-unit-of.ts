import type { MetricUnit } from '../../../stage/metrics.ts'
import type { Loss } from './loss-of.ts'

/** As the first level says whose loss is known. */
export function lossUnitOf(levels: readonly { readonly loss?: Loss }[]): { readonly lossUnit?: MetricUnit } {
  const unit = levels.find(({ loss }) => loss !== undefined)?.loss?.unit
  return unit === undefined ? {} : { lossUnit: unit }
}
