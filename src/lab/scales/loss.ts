import { Type } from '@sinclair/typebox'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { readSeries, samplesOf } from '../series.ts'
import { meanPerToken, sequenceLosses } from './sequence-losses.ts'

/** The model's loss on a text, for each posterior draw. */
export const loss = defineStage({
  name: 'loss',
  version: 1,
  role: 'experiment',
  summary: 'Mean cross-entropy of the next token, with its standard error over sequences',
  seeded: false,
  params: Type.Object({}),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    data: { accepts: ['dataset'], description: 'Text to measure on' },
  },
  outputs: { metrics: { type: 'metrics', description: 'Metric `loss`' } },
  metrics: { loss: { unit: 'nats/token', description: 'Mean over the predicted tokens of the data' } },
  run: async ({ inputs, ctx }) => {
    const data = await readDataset(inputs.data?.path ?? '')
    const readings = await readSeries(inputs.model, ctx, async (model) =>
      meanPerToken(await sequenceLosses(model, data)),
    )
    return {
      metrics: {
        value: { metrics: { loss: { ...samplesOf(readings, { unit: 'nats/token', items: data.sequences }) } } },
      },
    }
  },
})
