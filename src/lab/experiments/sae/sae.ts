import { Type } from '@sinclair/typebox'
import type { Metrics } from '../../../stage/metrics.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readDataset } from '../../datasets/dataset.ts'
import { checkFits } from '../../scales/sequence-losses.ts'
import { asStageError, readSeries, samplesOf, type Reading } from '../../series.ts'
import { estimate } from '../../statistics/estimate.ts'
import { ratioOfMeans } from '../../statistics/ratio-of-means.ts'
import { stepTable } from '../step-table.ts'
import { readingsPort, writeReadings } from '../write-readings.ts'
import { familyParam, hookAt, layersWith } from '../hooks/hook-families.ts'
import { checkPlace, measureSae, type SaeSums } from './measure-sae.ts'
import { readSae } from './sae-file.ts'
import { SaeNetwork } from './sae-network.ts'

const metrics = {
  'ce-score': {
    unit: 'dimensionless',
    description: 'Loss recovered, (CE_zero − CE_sae)/(CE_zero − CE): 1 loses nothing',
  },
  gap: { unit: 'nats/token', description: 'CE_sae − CE, what the reconstruction costs' },
  'kl-score': { unit: 'dimensionless', description: '(KL_zero − KL_sae)/KL_zero, KL from the model as it is' },
  'explained-variance': {
    unit: 'dimensionless',
    description: '1 − Σ‖x − x̂‖²/Σ‖x − x̄‖² over tokens, start and padding left out',
  },
  l0: { unit: 'count', description: 'Active features a token' },
  loss: { unit: 'nats/token', description: 'CE, the model as it is' },
  'sae-loss': { unit: 'nats/token', description: 'CE_sae, the reconstruction in place of the hook' },
  'zero-loss': { unit: 'nats/token', description: 'CE_zero, zeros in place of the hook' },
} as const
type Metric = keyof typeof metrics

export const sae = defineStage({
  name: 'sae',
  version: 3,
  role: 'experiment',
  summary: 'A sparse autoencoder in the model: loss recovered, absolute nats, KL, explained variance, L0',
  source: 'SAELens and SAEBench (Karvonen et al. 2025, arXiv 2503.09532), core evaluation',
  example: ['model: some-model', 'data: some-dataset', 'sae: ./sae.safetensors'].join('\n'),
  seeded: false,
  params: Type.Object({
    hook: familyParam('resid_post', 'Activation that the autoencoder was trained on'),
    layer: Type.Optional(Type.Integer({ minimum: 0, description: 'Block, from 0. Left out: the last' })),
    centred: Type.Optional(
      Type.Boolean({
        description:
          'Whether b_dec is taken off the activation before it is encoded. Left out: as apply_b_dec_to_input of cfg.json says, in a folder of SAELens; else true',
      }),
    ),
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    data: { accepts: ['dataset'], description: 'Text to measure on' },
    sae: {
      accepts: ['record', 'path'],
      description:
        'safetensors: W_enc [width, features], b_enc, W_dec [features, width], b_dec; `threshold` for JumpReLU, `k` for TopK; or a folder of SAELens, sae_weights.safetensors with cfg.json',
    },
  },
  outputs: {
    metrics: { type: 'metrics', description: `Metrics ${Object.keys(metrics).join(', ')}` },
    items: readingsPort('Sums over each sequence that the metrics are made of'),
  },
  metrics,
  run: async ({ with: { hook, layer, centred }, inputs, ctx }) => {
    const data = await readDataset(inputs.data?.path ?? '')
    const weights = await asStageError(() => readSae(inputs.sae?.path ?? '', centred))
    const network = await SaeNetwork.open(weights, ctx.threads)
    try {
      const readings = await readSeries(inputs.model, ctx, async (model) => {
        checkFits(data, model)
        if (model.hooked === undefined) throw new StageError('this model has no hook points to replace')
        const layers = layersWith(model.hooked, hook)
        const at = layer ?? layers.at(-1)!
        if (!layers.includes(at))
          throw new StageError(`there is no block ${at}: they run from 0 to ${layers.length - 1}`)
        checkPlace(model.hooked, hookAt(hook, at), weights.width)
        return measureSae(model.hooked, data, { hook: hookAt(hook, at), sae: network, ctx })
      })
      const each = readings.map(({ member, reading }) => ({ member, of: readingsOf(reading) }))
      const shared = readingsOf(meanSums(readings.map(({ reading }) => reading)))
      const samples = (Object.keys(metrics) as Metric[]).map((name) => {
        const one = each.map(({ member, of }) => ({ member, reading: of[name] }))
        const known = { unit: metrics[name].unit, items: data.sequences, sharedItemError: shared[name].error }
        return [name, { ...samplesOf(one, known) }] as const
      })
      const kept = readings.map(({ member, reading }) => ({ member, values: valuesOf(reading) }))
      return { metrics: { value: { metrics: Object.fromEntries(samples) } }, items: await writeReadings(ctx, kept) }
    } finally {
      await network.close()
    }
  },
  report: ({ outputs }) => {
    const ref = outputs['metrics']
    if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its metrics as a value')
    const { metrics: found } = ref.value as unknown as Metrics
    const steps = stepTable('Sparse autoencoder', { metrics: found })
    if (steps !== undefined) return [steps]
    const figure = (name: Metric): string => {
      const { mean, se } = estimate(found[name]!, 0.025)
      return `${mean.toPrecision(5)} ± ${se.toPrecision(2)}`
    }
    return [
      {
        type: 'text',
        title: 'Sparse autoencoder',
        lines: [
          `loss recovered ${figure('ce-score')}; it costs ${figure('gap')} nats/token over the model’s ${figure('loss')}`,
          `zero ablation, which the score is relative to, has ${figure('zero-loss')} nats/token`,
          `KL score ${figure('kl-score')}, explained variance ${figure('explained-variance')}, L0 ${figure('l0')}`,
        ],
      },
    ]
  },
})

/** What is kept of each sequence. */
function valuesOf({ total: _, ...sums }: SaeSums): Record<string, Float64Array> {
  return sums
}

/** Sums over each sequence, averaged over models: all of them read the same sequences. */
function meanSums(all: readonly SaeSums[]): SaeSums {
  const mean = (of: (sums: SaeSums) => Float64Array): Float64Array =>
    of(all[0]!).map((_, i) => all.reduce((sum, one) => sum + of(one)[i]!, 0) / all.length)
  const names = Object.keys(valuesOf(all[0]!)) as Exclude<keyof SaeSums, 'total'>[]
  const sums = Object.fromEntries(names.map((name) => [name, mean((one) => one[name])]))
  return { ...sums, total: all[0]!.total.map((_, i) => mean(({ total }) => total[i]!)) } as unknown as SaeSums
}

/** The metrics of one model, each with its standard error over sequences. */
export function readingsOf(sums: SaeSums): Record<Metric, Reading> {
  const less = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!)
  const perToken = (values: Float64Array): Reading => ratioOfMeans(values, sums.predicted)
  const unexplained = ratioOfMeans(sums.residual, varianceOf(sums))
  return {
    'ce-score': ratioOfMeans(less(sums.ablated, sums.replaced), less(sums.ablated, sums.original)),
    gap: perToken(less(sums.replaced, sums.original)),
    'kl-score': ratioOfMeans(less(sums.ablatedDivergence, sums.divergence), sums.ablatedDivergence),
    'explained-variance': { mean: 1 - unexplained.mean, error: unexplained.error },
    l0: ratioOfMeans(sums.active, sums.tokens),
    loss: perToken(sums.original),
    'sae-loss': perToken(sums.replaced),
    'zero-loss': perToken(sums.ablated),
  }
}

/** Σ ‖x − x̄‖² over the tokens of each sequence, x̄ the mean of all tokens. */
function varianceOf({ square, total, tokens }: SaeSums): Float64Array {
  const count = tokens.reduce((a, b) => a + b, 0)
  const mean = total[0]!.map((_, j) => total.reduce((sum, one) => sum + one[j]!, 0) / count)
  const size = mean.reduce((sum, value) => sum + value * value, 0)
  return square.map(
    (value, i) => value - 2 * total[i]!.reduce((sum, one, j) => sum + one * mean[j]!, 0) + tokens[i]! * size,
  )
}
