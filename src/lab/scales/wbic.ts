import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../../base/json.ts'
import type { Diagnosis, Metrics } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { ChildStage } from '../../stage/stage-kind.ts'
import { defineSearch } from '../../stage/stage-kind.ts'
import { mostChains, samplerParams } from '../degradations/sgld/params.ts'
import { estimate } from '../statistics/estimate.ts'
import { lambdaEstimate, lambdaOf, plainValue } from './llc-samples.ts'

const { nbeta: _nbeta, temperature: _temperature, ...shared } = samplerParams
const params = Type.Object({
  ...shared,
  chains: Type.Integer({ minimum: 1, maximum: mostChains, default: 4, description: 'Independent chains' }),
})

/**
 * Widely applicable Bayesian information criterion, n·E[L] over the posterior at β = 1/ln n, n the number of predicted
 * tokens: an estimate of the Bayes free energy, n·L(w₀) + λ·ln n to leading order. Watanabe 2013.
 */
export const wbic = defineSearch({
  name: 'wbic',
  version: 1,
  role: 'scale',
  summary: 'Bayes free energy n·E[L] in nats at the temperature of WBIC, nβ = n/ln n, n the predicted tokens',
  source: 'Watanabe 2013, “A widely applicable Bayesian information criterion”',
  seeded: true,
  params,
  inputs: {
    model: { accepts: ['model'], description: 'The trained model, w₀' },
    data: { accepts: ['dataset', 'examples'], description: 'Data of the posterior' },
  },
  outputs: {
    wbic: { type: 'number', description: 'n·E[L], nats' },
    error: { type: 'number', description: 'Its standard error, nats' },
    lambda: { type: 'number', description: 'λ̂ at the same temperature' },
    nbeta: { type: 'number', description: 'nβ = n/ln n' },
    diagnosis: { type: 'record', description: 'Verdict on the sampler' },
  },
  grow: ({ with: given, inputs, results }) => {
    const count: ChildStage = { name: 'count', use: 'data-size', with: {}, inputs: { data: inputs['data']! } }
    const counted = results['count']?.outputs['tokens']
    if (counted === undefined) return { stages: [count] }
    const n = plainValue(counted) as unknown as number
    if (n < 3) throw new StageError(`the data predict ${n} tokens, too few for a temperature of 1/ln n`)
    const nbeta = n / Math.log(n)
    const sample: ChildStage = { name: 'sample', use: 'sgld', with: { ...given, nbeta }, inputs }
    const outputs = results['sample']?.outputs
    if (outputs === undefined) return { stages: [count, sample] }
    const { verdict, findings } = plainValue(outputs['diagnosis']) as unknown as Diagnosis
    if (verdict === 'broken')
      throw new StageError(`the sampler broke, so there is no estimate: ${findings[0]?.text ?? ''}`, 'Lower eta.')
    const { metrics } = plainValue(outputs['loss']) as unknown as Metrics
    const { mean, se } = estimate(metrics['loss']!, 0.025)
    return {
      stages: [count, sample],
      outputs: {
        wbic: { value: n * mean },
        error: { value: n * se },
        lambda: { value: lambdaEstimate(lambdaOf(outputs['loss'], nbeta)).mean },
        nbeta: { value: nbeta },
        diagnosis: outputs['diagnosis']!,
      },
    }
  },
  report: ({ outputs }) => [block((name) => plainValue(outputs[name]))],
})

function block(valueOf: (output: string) => JsonObject): ReportBlock {
  const number = (output: string): number => valueOf(output) as unknown as number
  const { verdict } = valueOf('diagnosis') as unknown as Diagnosis
  return {
    type: 'text',
    title: 'WBIC',
    lines: [
      `n·E[L] = ${number('wbic').toPrecision(6)} ± ${number('error').toPrecision(2)} nats at nβ ${number('nbeta').toPrecision(5)}`,
      `λ̂ = ${number('lambda').toPrecision(4)} there; sampler ${verdict}`,
    ],
  }
}
