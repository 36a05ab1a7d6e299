import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../../base/json.ts'
import type { ArtifactRef } from '../../stage/artifact.ts'
import type { Diagnosis, Metrics } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { ChildStage } from '../../stage/stage-kind.ts'
import { defineSearch } from '../../stage/stage-kind.ts'
import { mostChains, samplerParams } from '../degradations/sgld/params.ts'
import { estimate } from '../statistics/estimate.ts'

const params = Type.Object({
  ...samplerParams,
  nbeta: Type.Number({
    exclusiveMinimum: 0,
    default: 1000,
    description: 'Inverse temperature nβ; n/ln n for n tokens gives the WBIC temperature',
  }),
  burnin: Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    default: 200,
    description: 'Steps before the first draw; never averaged',
  }),
  chains: Type.Integer({ minimum: 1, maximum: mostChains, default: 4, description: 'Independent chains' }),
})

/**
 * Local learning coefficient, λ̂ = nβ·(E[L(w)] − L(w₀)) over draws from the tempered local posterior, both losses on the
 * same sequences at the recorded weights. Lau et al. 2023, arXiv 2308.12108, with the start's loss taken before burn-in.
 */
export const llc = defineSearch({
  name: 'llc',
  version: 1,
  role: 'scale',
  summary: 'Local learning coefficient λ̂ = nβ·(E[L] − L(w₀)), with error bars and the sampler’s verdict',
  source: 'Lau et al. 2023 (arXiv 2308.12108); Watanabe 2013 (WBIC)',
  seeded: true,
  params,
  inputs: {
    model: { accepts: ['model'], description: 'The trained model, w₀' },
    data: { accepts: ['dataset'], description: 'Data of the posterior' },
  },
  outputs: {
    metrics: { type: 'metrics', description: 'Metric `lambda`: nβ times the excess loss of each draw' },
    lambda: { type: 'number', description: 'λ̂, the mean over draws and chains' },
    error: {
      type: 'number',
      description: 'Its standard error, autocorrelation and differences between chains included',
    },
    diagnosis: { type: 'record', description: 'Verdict on the sampler' },
  },
  metrics: { lambda: { unit: 'dimensionless', description: 'Learning coefficient' } },
  grow: ({ with: given, inputs, results }) => {
    const child: ChildStage = { name: 'sample', use: 'sgld', with: given, inputs }
    const outputs = results['sample']?.outputs
    if (outputs === undefined) return { stages: [child] }
    const excess = (valueOf(outputs['loss']) as unknown as Metrics).metrics['excess']!
    const values = excess.values.map((chain) => chain.map((each) => given.nbeta * each))
    const metrics: Metrics = { metrics: { lambda: { unit: 'dimensionless', values, items: excess.items } } }
    const { verdict, findings } = valueOf(outputs['diagnosis']) as unknown as Diagnosis
    if (verdict === 'broken')
      throw new StageError(
        `the sampler broke, so there is no estimate: ${findings[0]?.text ?? ''}`,
        'Lower eta (or epsilon), or raise kappa (or gamma).',
      )
    const { mean, se } = estimate(metrics.metrics['lambda']!, 0.025)
    return {
      stages: [child],
      outputs: {
        metrics: { value: metrics as unknown as JsonObject },
        lambda: { value: mean },
        error: { value: se },
        diagnosis: outputs['diagnosis']!,
      },
    }
  },
  report: ({ with: { nbeta }, outputs }) => [block(nbeta, outputs)],
})

function block(nbeta: number, outputs: Readonly<Record<string, ArtifactRef>>): ReportBlock {
  const { metrics } = valueOf(outputs['metrics']) as unknown as Metrics
  const samples = metrics['lambda']!
  const { verdict, findings } = valueOf(outputs['diagnosis']) as unknown as Diagnosis
  const all = estimate(samples, 0.025)
  const chains = samples.values.map((chain) => (chain.reduce((a, b) => a + b, 0) / chain.length).toPrecision(4))
  return {
    type: 'text',
    title: 'Learning coefficient',
    lines: [
      `λ̂ = ${all.mean.toPrecision(4)} ± ${all.se.toPrecision(2)} at nβ ${nbeta} (95 % interval ${all.low.toPrecision(4)} to ${all.high.toPrecision(4)})`,
      `per chain ${chains.join(', ')}; ${samples.values.flat().length} draws, worth ${all.effective.toFixed(1)} independent ones`,
      `sampler ${verdict}${findings
        .filter((one) => one.verdict !== 'healthy')
        .map(({ text }) => `: ${text}`)
        .join('')}`,
    ],
  }
}

function valueOf(ref: ArtifactRef | undefined): JsonObject {
  if (ref === undefined || !('value' in ref)) throw new Error('the sampler gives its losses and verdict as values')
  return ref.value as JsonObject
}
