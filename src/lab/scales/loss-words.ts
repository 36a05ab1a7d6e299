import type { MetricUnit } from '../../stage/metrics.ts'

/** What a loss is of, to stand behind its figure: left out, nats per token. Squared errors have no unit. */
export const perLoss = (unit: MetricUnit = 'nats/token'): string => (unit === 'dimensionless' ? '' : ` ${unit}`)

/** Heading of an axis or column of losses. */
export const lossHeading = (unit: MetricUnit = 'nats/token'): string =>
  unit === 'dimensionless' ? 'loss' : `loss, ${unit}`
