import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { checkTokenizer } from './equivalent.ts'
import { laws } from './scaling-laws.ts'
import { modelLosses } from './model-losses.ts'
import { meanPerToken } from './sequence-losses.ts'
import { lossOfTarget, lossTarget } from './target.ts'

const number = (description: string) => ({ type: 'number' as const, description })

/** A degree of roughness in whatever unit, as the loss that searches steer to. */
export const targetLoss = defineStage({
  name: 'target-loss',
  version: 2,
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
      description: 'Sequences or examples of `data` to use, from the start',
    }),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    data: { accepts: ['dataset', 'examples'], description: 'Text, or examples, on which its loss is measured' },
    init: {
      accepts: ['model'],
      optional: true,
      description:
        'Its loss is that of knowing nothing, L_init; left out: a uniform guess over tokens or classes, ln |V|',
    },
  },
  outputs: {
    loss: number('The target, nats/token'),
    modelLoss: number("The model's own loss L, nats/token"),
    modelLossError: number('Its standard error over sequences'),
    start: number('The loss of knowing nothing, nats/token'),
  },
  run: async ({ with: { target, evaluate }, inputs, ctx }) => {
    const { model, init, data } = inputs
    if ('by' in target && data?.type === 'examples')
      throw new StageError('a scaling law is one of text, and the data are examples', 'Give the target as a loss.')
    if ('by' in target) await checkTokenizer(laws[target.by], { model })
    const { losses, choices, unit } = await modelLosses(model, data, { ctx, limit: evaluate })
    const own = meanPerToken(losses)
    const untrained = init && meanPerToken((await modelLosses(init, data, { ctx, limit: evaluate })).losses)
    const start = untrained?.mean ?? (choices === null ? undefined : Math.log(choices))
    if (start === undefined)
      throw new StageError(
        'the answers are numbers, of which there is no uniform guess to know nothing by',
        'Give init: the model before its training.',
      )
    return {
      loss: { value: lossOfTarget(target, { loss: own.mean, start, unit }) },
      modelLoss: { value: own.mean },
      modelLossError: { value: own.error },
      start: { value: start },
    }
  },
})
