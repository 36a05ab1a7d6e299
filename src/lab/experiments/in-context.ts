import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { metricsReport } from './metrics-report.ts'
import { itemOutputs, measureItems, type MetricTable } from './item-metrics.ts'

const metrics = {
  score: {
    unit: 'nats/token',
    description:
      'Mean loss about the late position less that about the early one: the more negative, the more is learnt in context',
  },
  early: { unit: 'nats/token', description: 'Mean loss about the early position' },
  late: { unit: 'nats/token', description: 'Mean loss about the late position' },
} as const satisfies MetricTable

export const inContext = defineStage({
  name: 'in-context',
  version: 2,
  role: 'experiment',
  summary: 'In-context learning score: the loss late in a text less the loss early in it',
  source: 'Olsson et al. 2022, arXiv 2209.11895',
  seeded: false,
  params: Type.Object({
    early: Type.Integer({ minimum: 1, default: 50, description: 'Early position, in tokens from 0' }),
    late: Type.Integer({ minimum: 2, default: 500, description: 'Late position, in tokens from 0' }),
    window: Type.Integer({
      minimum: 1,
      default: 1,
      description: 'Positions averaged about each, which makes the score less noisy; odd numbers are centred',
    }),
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    data: { accepts: ['dataset'], description: 'Text, in sequences longer than the late position' },
  },
  outputs: itemOutputs(metrics),
  metrics,
  run: async ({ with: { early, late, window }, inputs, ctx }) => {
    const { tokens, mask, length, sequences } = await readDataset(inputs.data?.path ?? '')
    const reach = Math.floor(window / 2)
    if (!(early < late)) throw new StageError(`early (${early}) must come before late (${late})`)
    if (early - reach < 1 || late - reach + window > length)
      throw new StageError(
        `a window of ${window} about ${early} and ${late} does not lie inside sequences of ${length} tokens`,
        `The first token is not foretold, so positions go from 1 to ${length - 1}. Make the dataset's sequences longer, or the positions smaller.`,
      )
    const isPadded = [early, late].some((position) =>
      Array.from({ length: sequences }, (_, i) =>
        mask.subarray(i * length + position - reach, i * length + position - reach + window),
      ).some((bits) => bits.includes(0)),
    )
    if (isPadded)
      throw new StageError(
        'some sequences end before the late position',
        'Cut the text as a stream (`mode: stream` of the kind text), so that all sequences are full.',
      )
    return measureItems({ model: inputs.model, metrics, sample: true }, ctx, async (model) => {
      const losses = await model.tokenLosses(tokens, length)
      // The loss of the token at position p stands at p − 1.
      const about = (position: number): number[] =>
        Array.from({ length: sequences }, (_, i) => {
          const from = i * (length - 1) + position - reach - 1
          return losses.subarray(from, from + window).reduce((sum, loss) => sum + loss, 0) / window
        })
      const [first, second] = [about(early), about(late)]
      return { early: first, late: second, score: second.map((loss, i) => loss - (first[i] as number)) }
    })
  },
  report: metricsReport,
})
