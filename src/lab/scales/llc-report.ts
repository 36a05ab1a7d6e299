import type { ArtifactRef } from '../../stage/artifact.ts'
import type { Diagnosis, Metrics } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { lambdaByChain, lambdaEstimate, plainValue } from './llc-samples.ts'

/** λ̂ with its interval and the sampler's verdict, and the same of each chain. */
export function llcBlocks(nbeta: number, outputs: Readonly<Record<string, ArtifactRef>>): ReportBlock[] {
  const metrics = plainValue(outputs['metrics']) as unknown as Metrics
  const { verdict, findings } = plainValue(outputs['diagnosis']) as unknown as Diagnosis
  const all = lambdaEstimate(metrics)
  return [
    {
      type: 'text',
      title: 'Learning coefficient',
      lines: [
        `λ̂ = ${all.mean.toPrecision(4)} ± ${all.se.toPrecision(2)} at nβ ${Number(nbeta.toPrecision(6))} (95 % interval ${all.low.toPrecision(4)} to ${all.high.toPrecision(4)})`,
        `${metrics.metrics['lambda']!.values.flat().length} draws, worth ${all.effective.toFixed(1)} independent ones`,
        `sampler ${verdict}${findings
          .filter((one) => one.verdict !== 'healthy')
          .map(({ text }) => `: ${text}`)
          .join('')}`,
      ],
    },
    {
      type: 'table',
      title: 'Learning coefficient by chain',
      columns: ['chain', 'λ̂', 'standard error', 'draws', 'worth'],
      rows: lambdaByChain(metrics).map(({ mean, se, draws, effective }, chain) => [
        `${chain}`,
        mean.toPrecision(4),
        se.toPrecision(2),
        `${draws}`,
        effective.toFixed(1),
      ]),
    },
  ]
}
