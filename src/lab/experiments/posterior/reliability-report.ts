import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Metrics } from '../../../stage/metrics.ts'
import type { ReportBlock } from '../../../stage/report-block.ts'

/** How far a matrix over posterior draws can be trusted: its `reliability`, and which output holds the matrix. */
export function reliabilityReport(
  { stage, outputs }: { readonly stage: string; readonly outputs: Readonly<Record<string, ArtifactRef>> },
  matrix: string,
): readonly ReportBlock[] {
  const ref = outputs['metrics']
  if (ref === undefined || !('value' in ref)) return []
  const samples = (ref.value as unknown as Metrics).metrics['reliability']
  const value = samples?.values[0]?.[0]
  if (samples === undefined || value === undefined) return []
  const lines = [
    `reliability ${value.toFixed(2)}: correlation of the matrix from one half of the draws with that from the other`,
    `${samples.items} entries in ${stage}.${matrix}`,
  ]
  return [{ type: 'text', title: stage, lines }]
}
