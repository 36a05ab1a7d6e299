import { isShare, type Metrics } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'

/**
 * Metrics of checkpoints, step by step: training is no sampler, so nothing is averaged over its steps. Undefined where the
 * metrics are of a model or of draws.
 */
export function stepTable(title: string, { metrics }: Metrics): ReportBlock | undefined {
  const names = Object.keys(metrics)
  const steps = metrics[names[0] ?? '']?.steps
  if (steps === undefined) return undefined
  const values = names.map((name) => metrics[name]!.values.flat())
  const show = (value: number | undefined, name: string): string => {
    if (value === undefined) return '–'
    if (isShare(metrics[name]!.unit)) return `${(100 * value).toFixed(1)} %`
    return value !== 0 && Math.abs(value) < 0.01 ? value.toPrecision(2) : value.toFixed(3)
  }
  const rows = steps.map((step, i) => [`${step}`, ...names.map((name, n) => show(values[n]![i], name))])
  return { type: 'table', title: `${title}, by training step`, columns: ['step', ...names], rows }
}
