import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Metrics } from '../../../stage/metrics.ts'
import type { ReportBlock } from '../../../stage/report-block.ts'
import { estimate } from '../../statistics/estimate.ts'
import type { CircuitFinding } from './circuit-finding.ts'

/** Faithfulness in words, f by size as a chart, classes and ranking as tables. */
export function circuitReport(outputs: Readonly<Record<string, ArtifactRef>>): ReportBlock[] {
  const { metrics } = valueOf(outputs['metrics']) as Metrics
  const { nodes, ranking, curve, classes, ablation, groups } = valueOf(outputs['circuit']) as CircuitFinding
  const figure = (name: string): string => {
    const { mean, se } = estimate(metrics[name]!, 0.025)
    return `${mean.toFixed(3)} ± ${se.toFixed(3)}`
  }
  const means =
    ablation === 'mean' ? `; means over ${groups.count} groups of prompts, the smallest of ${groups.smallest}` : ''
  const lines = [
    `faithfulness ${figure('faithfulness')}, completeness ${figure('completeness')} (${nodes.length} nodes, ${ablation} ablation${means})`,
    `score of the model ${figure('whole')}, with everything taken out ${figure('empty')}, model less circuit ${figure('difference')}`,
    ...(metrics['cpr'] === undefined ? [] : [`CPR ${figure('cpr')}, CMD ${figure('cmd')}`]),
    `circuit: ${nodes.join(' ')}`,
  ]
  return [
    { type: 'text', title: 'Circuit', lines },
    ...(curve.length === 0 ? [] : [chart(curve)]),
    ...table(
      'Whole model without a class',
      'class',
      classes.map(({ name, f, se }) => [name, f.toFixed(3), se.toFixed(3)]),
    ),
    ...table(
      'Ranking',
      'node',
      ranking.map(({ node, effect }) => [node, effect.toFixed(3)]),
    ),
  ]
}

const chart = (curve: CircuitFinding['curve']): ReportBlock => ({
  type: 'line-chart',
  title: 'Faithfulness by size of the circuit',
  x: { label: 'share of nodes kept', scale: 'log' },
  y: { label: 'faithfulness' },
  series: [
    { name: 'f', points: curve.map(({ k, f, se }) => ({ x: k, y: f, low: f - 1.96 * se, high: f + 1.96 * se })) },
  ],
})

function table(title: string, what: string, rows: readonly (readonly string[])[]): ReportBlock[] {
  const columns = [what, what === 'class' ? 'f' : 'effect', ...(what === 'class' ? ['standard error'] : [])]
  return rows.length === 0 ? [] : [{ type: 'table', title, columns, rows }]
}

function valueOf(ref: ArtifactRef | undefined): unknown {
  if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its finding as a value')
  return ref.value
}
