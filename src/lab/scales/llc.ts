import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../../base/json.ts'
import type { Diagnosis } from '../../stage/metrics.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { ChildStage } from '../../stage/stage-kind.ts'
import { defineSearch } from '../../stage/stage-kind.ts'
import { mostChains, nbetaOf, samplerParams } from '../degradations/sgld/params.ts'
import { llcBlocks } from './llc-report.ts'
import { lambdaEstimate, lambdaOf, plainValue } from './llc-samples.ts'

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
 * With `parameters`, the refined coefficient of those weights given the others (Wang et al. 2024, arXiv 2410.02984).
 */
export const llc = defineSearch({
  name: 'llc',
  version: 1,
  role: 'scale',
  summary: 'Local learning coefficient λ̂ = nβ·(E[L] − L(w₀)), with error bars and the sampler’s verdict',
  source: 'Lau et al. 2023 (arXiv 2308.12108); Wang et al. 2024 (arXiv 2410.02984), for `parameters`',
  seeded: true,
  params,
  inputs: {
    model: { accepts: ['model'], description: 'The trained model, w₀' },
    data: { accepts: ['dataset', 'examples'], description: 'Data of the posterior' },
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
    const metrics = lambdaOf(outputs['loss'], nbetaOf(given))
    const { verdict, findings } = plainValue(outputs['diagnosis']) as unknown as Diagnosis
    if (verdict === 'broken')
      throw new StageError(
        `the sampler broke, so there is no estimate: ${findings[0]?.text ?? ''}`,
        'Lower eta (or epsilon), raise kappa (or gamma), or take more of the data a step (batch, accumulate, fullBatch).',
      )
    const { mean, se } = lambdaEstimate(metrics)
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
  report: ({ with: given, outputs }) => llcBlocks(nbetaOf(given), outputs),
})
