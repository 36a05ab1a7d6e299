import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { readExamples } from '../datasets/example-set.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { metricsReport } from '../experiments/metrics-report.ts'
import { readingsPort, writeReadings } from '../experiments/write-readings.ts'
import { readNetworks } from '../network-series.ts'
import { readSeries, samplesOf, type Member } from '../series.ts'
import { exampleLosses } from './example-losses.ts'
import { meanOverModels, meanPerToken, sequenceLosses, type SequenceLosses } from './sequence-losses.ts'

/** The model's loss on a text or on examples, for each posterior draw. */
export const loss = defineStage({
  name: 'loss',
  version: 2,
  role: 'experiment',
  summary: 'Mean cross-entropy of the next token, with its standard error over sequences; or the loss on examples',
  seeded: false,
  params: Type.Object({}),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    data: {
      accepts: ['dataset', 'examples'],
      description:
        'Text to measure on; or examples: −ln probability of their classes, or squared error of their numbers',
    },
  },
  outputs: {
    metrics: { type: 'metrics', description: 'Metric `loss`' },
    items: readingsPort('Summed loss of each sequence, nats, and its number of predicted tokens'),
  },
  metrics: {
    loss: { unit: 'nats/token', description: 'Mean over the predicted tokens of the data, or over examples' },
  },
  run: async ({ inputs, ctx }) => {
    const { model, data } = inputs
    const { unit, items, readings } =
      data?.type === 'examples' ? await onExamples(model, data, ctx) : await onText(model, data, ctx)
    // All models are measured on the same sequences, a sample of a longer text.
    const { error: sharedItemError } = meanPerToken(meanOverModels(readings.map(({ reading }) => reading)))
    const means = readings.map(({ member, reading }) => ({ member, reading: meanPerToken(reading) }))
    const kept = readings.map(({ member, reading }) => ({ member, values: { ...reading } }))
    return {
      metrics: { value: { metrics: { loss: { ...samplesOf(means, { unit, items, sharedItemError }) } } } },
      items: await writeReadings(ctx, kept),
    }
  },
  report: metricsReport,
})

interface Losses extends Pick<MetricSamples, 'unit' | 'items'> {
  readonly readings: readonly { readonly member: Member; readonly reading: SequenceLosses }[]
}

async function onText(model: StageInput | undefined, data: StageInput | undefined, ctx: StageContext): Promise<Losses> {
  const text = await readDataset(data?.path ?? '')
  await checkSameTokenizer(text, model?.path ?? '')
  const readings = await readSeries(model, ctx, (one) => sequenceLosses(one, text))
  return { unit: 'nats/token', items: text.sequences, readings }
}

async function onExamples(model: StageInput | undefined, data: StageInput, ctx: StageContext): Promise<Losses> {
  const set = await readExamples(data.path ?? '')
  const readings = await readNetworks(model, ctx, (one) => exampleLosses(one, set))
  return { unit: set.targets.kind === 'class' ? 'nats' : 'dimensionless', items: set.examples, readings }
}
