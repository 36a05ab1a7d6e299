import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Metrics } from '../../../stage/metrics.ts'
import type { ReportBlock } from '../../../stage/report-block.ts'
import { estimate } from '../../statistics/estimate.ts'
import { stepTable } from '../step-table.ts'

/** The probe's score beside its control, in words. */
export function probeReport(
  { hook, layer }: { readonly hook: string; readonly layer?: number },
  { metrics: ref }: Readonly<Record<string, ArtifactRef>>,
): ReportBlock[] {
  if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its metrics as a value')
  const { metrics } = ref.value as unknown as Metrics
  const title = `Probe of ${hook}, ${layer === undefined ? 'last block' : `block ${layer}`}`
  const steps = stepTable(title, { metrics })
  if (steps !== undefined) return [steps]
  const names = {
    r2: 'R²',
    accuracy: 'accuracy',
    control: 'control',
    selectivity: 'selectivity',
    distance: 'median distance, km',
  }
  const lines = Object.entries(names).flatMap(([name, text]) => {
    if (metrics[name] === undefined) return []
    const { mean, low, high } = estimate(metrics[name], 0.025)
    return [`${text} ${mean.toPrecision(4)} (95 % interval ${low.toPrecision(4)} to ${high.toPrecision(4)})`]
  })
  return [{ type: 'text', title, lines }]
}
