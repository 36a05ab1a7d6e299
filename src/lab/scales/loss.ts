import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { readExamples } from '../datasets/example-set.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { metricsReport } from '../experiments/metrics-report.ts'
import { readNetworks } from '../network-series.ts'
import { readSeries, samplesOf } from '../series.ts'
import { exampleLosses } from './example-losses.ts'
import { meanPerToken, sequenceLosses } from './sequence-losses.ts'

/** The model's loss on a text or on examples, for each posterior draw. */
export const loss = defineStage({
  name: 'loss',
  version: 1,
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
  outputs: { metrics: { type: 'metrics', description: 'Metric `loss`' } },
  metrics: {
    loss: { unit: 'nats/token', description: 'Mean over the predicted tokens of the data, or over examples' },
  },
  run: async ({ inputs, ctx }) => {
    const { model, data } = inputs
    const loss = data?.type === 'examples' ? await onExamples(model, data, ctx) : await onText(model, data, ctx)
    return { metrics: { value: { metrics: { loss: { ...loss } } } } }
  },
  report: metricsReport,
})

async function onText(
  model: StageInput | undefined,
  data: StageInput | undefined,
  ctx: StageContext,
): Promise<MetricSamples> {
  const text = await readDataset(data?.path ?? '')
  await checkSameTokenizer(text, model?.path ?? '')
  const readings = await readSeries(model, ctx, async (one) => meanPerToken(await sequenceLosses(one, text)))
  return samplesOf(readings, { unit: 'nats/token', items: text.sequences })
}

async function onExamples(model: StageInput | undefined, data: StageInput, ctx: StageContext): Promise<MetricSamples> {
  const set = await readExamples(data.path ?? '')
  const readings = await readNetworks(model, ctx, async (one) => meanPerToken(await exampleLosses(one, set)))
  return samplesOf(readings, { unit: set.targets.kind === 'class' ? 'nats' : 'dimensionless', items: set.examples })
}
