import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import { StageError, type StageContext } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset, type Dataset } from '../datasets/dataset.ts'
import { firstSequences } from '../datasets/first-sequences.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { readSeries, type Reading } from '../series.ts'
import { checkTokenizer } from './equivalent.ts'
import { laws } from './scaling-laws.ts'
import { meanPerToken, sequenceLosses } from './sequence-losses.ts'
import { lossOfTarget, lossTarget } from './target.ts'

const number = (description: string) => ({ type: 'number' as const, description })

/** A degree of roughness in whatever unit, as the loss that searches steer to. */
export const targetLoss = defineStage({
  name: 'target-loss',
  version: 1,
  role: 'scale',
  summary: 'Turn a target (loss, multiple of the natural gap, fraction of explained loss, equivalent size) into a loss',
  source: 'Dmitry Vaintrob, "Dmitry\'s Koan" (2025), on natural scale and explained loss',
  example: ['model: some-model', 'data: some-dataset', 'target: { explained: 0.8 }'].join('\n'),
  seeded: false,
  params: Type.Object({
    target: lossTarget,
    evaluate: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1_000_000,
      description: 'Sequences of `data` to use, from the start',
    }),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    data: { accepts: ['dataset'], description: 'Text on which its loss is measured' },
    init: {
      accepts: ['model'],
      optional: true,
      description: 'Its loss is that of knowing nothing, L_init; left out: a uniform guess, ln |V|',
    },
  },
  outputs: {
    loss: number('The target, nats/token'),
    modelLoss: number("The model's own loss L, nats/token"),
    modelLossError: number('Its standard error over sequences'),
    start: number('The loss of knowing nothing, nats/token'),
  },
  run: async ({ with: { target, evaluate }, inputs, ctx }) => {
    const data = firstSequences(await readDataset(inputs['data']?.path ?? ''), evaluate)
    if ('by' in target) await checkTokenizer(laws[target.by], { model: inputs['model'] })
    const model = await lossOf(inputs['model'], data, ctx)
    const init = inputs['init'] === undefined ? undefined : await lossOf(inputs['init'], data, ctx)
    const start = init?.mean ?? Math.log(data.vocabulary)
    return {
      loss: { value: lossOfTarget(target, { loss: model.mean, start }) },
      modelLoss: { value: model.mean },
      modelLossError: { value: model.error },
      start: { value: start },
    }
  },
})

async function lossOf(model: StageInput | undefined, data: Dataset, ctx: StageContext): Promise<Reading> {
  await checkSameTokenizer(data, model?.path ?? '')
  const [only] = await readSeries(model, ctx, async (opened) => meanPerToken(await sequenceLosses(opened, data)))
  if (only === undefined) throw new StageError('there is no model to measure')
  return only.reading
}
