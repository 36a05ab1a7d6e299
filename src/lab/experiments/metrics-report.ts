import type { ArtifactRef } from '../../stage/artifact.ts'
import { isShare, type Metrics } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { estimate } from '../statistics/estimate.ts'
import { stepTable } from './step-table.ts'

/** Each bound fails with this probability at most. */
const alpha = 0.025

/**
 * Every metric of an experiment: its mean over draws, and the 95 % interval that draws and examples leave; of checkpoints
 * each by itself.
 */
export function metricsReport({
  stage,
  outputs,
}: {
  readonly stage: string
  readonly outputs: Readonly<Record<string, ArtifactRef>>
}): readonly ReportBlock[] {
  const ref = outputs['metrics']
  if (ref === undefined || !('value' in ref)) return []
  const { metrics } = ref.value as unknown as Metrics
  const steps = stepTable(stage, { metrics })
  if (steps !== undefined) return [steps]
  const names = Object.keys(metrics)
  const width = Math.max(...names.map((name) => name.length))
  const lines = Object.entries(metrics).map(([name, samples]) => {
    const { mean, low, high } = estimate(samples, alpha)
    const share = isShare(samples.unit)
    const show = (value: number): string =>
      share ? (100 * value).toFixed(1) : value !== 0 && Math.abs(value) < 0.01 ? value.toPrecision(2) : value.toFixed(3)
    const unit = share ? ' %' : samples.unit === 'dimensionless' || samples.unit === 'count' ? '' : ` ${samples.unit}`
    return `${name.padEnd(width)}  ${show(mean)}${unit} [${show(low)}, ${show(high)}]`
  })
  const [first] = Object.values(metrics)
  const draws = first?.values.flat().length ?? 0
  const isSample = Object.values(metrics).some(({ sharedItemError }) => sharedItemError !== undefined)
  const over = draws === 1 ? '' : ` of the mean over the models${isSample ? ', on more of such examples' : ''}`
  const from = `${draws} model${draws === 1 ? '' : 's'} × ${first?.items ?? 0} examples; 95 % intervals${over}`
  return [{ type: 'text', title: stage, lines: [...lines, from] }]
}
