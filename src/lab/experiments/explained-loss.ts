import { join } from 'node:path'
import { Type, type Static } from '@sinclair/typebox'
import type { ArtifactRef, StageInput } from '../../stage/artifact.ts'
import type { Metrics } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError, type StageContext } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset, type Dataset } from '../datasets/dataset.ts'
import { readNgram } from '../ngrams/ngram-files.ts'
import { ngramLosses } from '../ngrams/ngram-losses.ts'
import { readReference } from '../scales/reference.ts'
import { meanOverModels, meanPerToken, sequenceLosses, type SequenceLosses } from '../scales/sequence-losses.ts'
import { asStageError, readSeries, samplesOf, type Reading } from '../series.ts'
import { estimate } from '../statistics/estimate.ts'
import { ratioOfMeans } from '../statistics/ratio-of-means.ts'
import { stepTable } from './step-table.ts'
import { readingsPort, writeReadings } from './write-readings.ts'

const params = Type.Object({
  loss: Type.Optional(
    Type.Number({ minimum: 0, description: 'L_x as a number, nats/token; give this, `explanation` or `losses`' }),
  ),
  init: Type.Union([Type.Literal('uniform'), Type.Literal('random')], {
    default: 'uniform',
    description:
      'L_init where `initial` is not given. uniform: ln of the vocabulary; random: the model’s architecture, initialised afresh',
  }),
})

const starts = {
  uniform: 'a uniform guess, ln |V|',
  random: 'the model’s architecture, initialised afresh',
} as const

/** How much of a model's loss an explanation explains, all three losses on the same tokens. */
export const explainedLoss = defineStage({
  name: 'explained-loss',
  version: 2,
  role: 'experiment',
  summary: 'Explained loss (L_init − L_x)/(L_init − L_model), with the absolute gap in nats beside it',
  source: 'Dmitry Vaintrob, "Dmitry\'s Koan" (2025)',
  example: ['model: some-model', 'data: some-dataset', 'loss: 2.5'].join('\n'),
  seeded: true,
  params,
  inputs: {
    model: {
      accepts: ['model', 'ensemble', 'checkpoints'],
      description: 'The model whose loss is to be explained, or draws',
    },
    data: { accepts: ['dataset'], description: 'Text to measure on' },
    explanation: {
      accepts: ['model', 'ensemble', 'ngram'],
      optional: true,
      description: 'x as a model (of several, their mean loss), or as n-grams',
    },
    losses: {
      accepts: ['text', 'path'],
      optional: true,
      description: 'x as its loss on each sequence, nats, one a line, such as an n-gram model or a rule gives',
    },
    initial: {
      accepts: ['model', 'ensemble'],
      optional: true,
      description: 'The model that L_init is of, such as a checkpoint before training',
    },
  },
  oneOf: [['loss', 'explanation', 'losses']],
  outputs: {
    metrics: { type: 'metrics', description: 'Metrics explained, gap, model, explanation, init' },
    start: { type: 'record', description: 'What L_init is the loss of' },
    items: readingsPort('Summed losses of each sequence and its number of predicted tokens'),
  },
  metrics: {
    explained: {
      unit: 'dimensionless',
      description: '(L_init − L_x)/(L_init − L_model): 1 where x is as good as the model',
    },
    gap: { unit: 'nats/token', description: 'L_x − L_model' },
    model: { unit: 'nats/token', description: 'L_model' },
    explanation: { unit: 'nats/token', description: 'L_x' },
    init: { unit: 'nats/token', description: 'L_init' },
  },
  run: async ({ with: given, inputs, ctx }) => {
    const data = await readDataset(inputs.data?.path ?? '')
    const models = await readSeries(inputs.model, ctx, async (model) => ({
      losses: await sequenceLosses(model, data),
      vocabulary: model.vocabulary,
    }))
    const first = models[0]!.reading
    const x = await explanationOf(given, inputs, { data, ctx, like: first.losses })
    const start = await startOf(given, inputs, { data, ctx, ...first })
    const typical = meanOverModels(models.map(({ reading }) => reading.losses))
    const metric = (unit: 'dimensionless' | 'nats/token', value: (losses: SequenceLosses) => Reading) => {
      const readings = models.map(({ member, reading }) => ({ member, reading: value(reading.losses) }))
      return { ...samplesOf(readings, { unit, items: data.sequences, sharedItemError: value(typical).error }) }
    }
    const minus = (a: SequenceLosses, b: SequenceLosses): Float64Array => a.nats.map((nats, i) => nats - b.nats[i]!)
    const metrics = {
      explained: metric('dimensionless', (losses) => checked(ratioOfMeans(minus(start, x), minus(start, losses)))),
      gap: metric('nats/token', (losses) => meanPerToken({ nats: minus(x, losses), tokens: x.tokens })),
      model: metric('nats/token', meanPerToken),
      explanation: metric('nats/token', () => meanPerToken(x)),
      init: metric('nats/token', () => meanPerToken(start)),
    }
    const of = inputs['initial'] === undefined ? starts[given.init] : 'the model given as initial'
    const kept = models.map(({ member, reading: { losses } }) => ({
      member,
      values: { model: losses.nats, explanation: x.nats, init: start.nats, tokens: losses.tokens },
    }))
    return { metrics: { value: { metrics } }, start: { value: { of } }, items: await writeReadings(ctx, kept) }
  },
  report: ({ outputs }) => [block(outputs)],
})

function block(outputs: Readonly<Record<string, ArtifactRef>>): ReportBlock {
  const [ref, start] = [outputs['metrics'], outputs['start']]
  if (ref === undefined || !('value' in ref) || start === undefined || !('value' in start))
    throw new Error('the stage gives its metrics and its start as values')
  const { metrics } = ref.value as unknown as Metrics
  const steps = stepTable('Explained loss', { metrics })
  if (steps !== undefined) return steps
  const figure = (name: string): string => {
    const { mean, se } = estimate(metrics[name]!, 0.025)
    // The loss of a uniform guess is known; what sums leave in its last digit is no error.
    return mean !== 0 && se < 1e-9 * Math.abs(mean)
      ? mean.toPrecision(4)
      : `${mean.toPrecision(4)} ± ${se.toPrecision(2)}`
  }
  return {
    type: 'text',
    title: 'Explained loss',
    lines: [
      `${figure('explained')} of the model’s gain over the start; ${figure('gap')} nats/token from the model`,
      `nats/token: model ${figure('model')}, explanation ${figure('explanation')}, start ${figure('init')} (${(start.value as { of: string }).of})`,
      ...(metricMean(metrics, 'model') < metricMean(metrics, 'init')
        ? []
        : ['the model is not under the start: it gains nothing, and a share of that means nothing']),
    ],
  }
}

const metricMean = (metrics: Metrics['metrics'], name: string): number => estimate(metrics[name]!, 0.025).mean

type Given = Static<typeof params>
type Inputs = Readonly<Record<string, StageInput>>
interface Where {
  readonly data: Dataset
  readonly ctx: StageContext
}

function checked(reading: Reading): Reading {
  if (Number.isFinite(reading.mean)) return reading
  throw new StageError(
    'the model’s loss is that of the start, so there is nothing to explain a share of',
    'Give another init, or a model that has learned something.',
  )
}

/** A loss a token as the loss of every sequence. */
const constant = (loss: number, { tokens }: SequenceLosses): SequenceLosses => ({
  nats: Float64Array.from(tokens, (count) => loss * count),
  tokens,
})

async function explanationOf(
  { loss }: Given,
  { explanation, losses }: Inputs,
  { like, ...where }: Where & { readonly like: SequenceLosses },
): Promise<SequenceLosses> {
  if ([loss, explanation, losses].filter((one) => one !== undefined).length !== 1)
    throw new StageError(
      'explained-loss takes one explanation',
      'Give one of loss: NUMBER, explanation: MODEL, losses: FILE.',
    )
  if (loss !== undefined) return constant(loss, like)
  if (losses !== undefined) return readReference(losses.path ?? '', like)
  return explanation?.type === 'ngram'
    ? ngramLosses(await readNgram(explanation.path ?? ''), where.data)
    : meanLosses(explanation, where)
}

async function startOf(
  { init }: Given,
  { initial, model }: Inputs,
  { losses, vocabulary, ...where }: Where & { readonly losses: SequenceLosses; readonly vocabulary: number },
): Promise<SequenceLosses> {
  if (initial !== undefined) return meanLosses(initial, where)
  return init === 'uniform' ? constant(Math.log(vocabulary), losses) : randomStart(model?.path ?? '', where)
}

/** Losses of each sequence, averaged over the members. */
async function meanLosses(input: StageInput | undefined, { data, ctx }: Where): Promise<SequenceLosses> {
  const all = await readSeries(input, ctx, (model) => sequenceLosses(model, data))
  return meanOverModels(all.map(({ reading }) => reading))
}

/** Losses of the model's architecture with weights as before training, drawn from the stage's seed. */
async function randomStart(folder: string, { data, ctx }: Where): Promise<SequenceLosses> {
  const [{ readDecoder }, { shapesOf }, { initialise }, { openLanguageModel }, { RandomStream }, weights] =
    await Promise.all([
      import('../../engine/model/config.ts'),
      import('../../engine/model/decoder.ts'),
      import('../../engine/model/initialise.ts'),
      import('../../engine/model/open.ts'),
      import('../../engine/sampling/random.ts'),
      import('../../engine/model/weights.ts'),
    ])
  const decoder = await asStageError(() => readDecoder(folder))
  const fresh = weights.makeWeights(shapesOf(decoder))
  initialise(fresh, decoder, new RandomStream(ctx.seed, 'init'))
  const file = join(ctx.scratch, 'initial.safetensors')
  await weights.saveWeights(file, fresh)
  const model = await openLanguageModel(folder, { threads: ctx.threads, weights: null })
  try {
    await model.loadWeights(file)
    return await sequenceLosses(model, data)
  } finally {
    await model.close()
  }
}
