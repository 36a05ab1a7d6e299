import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage, type Finished } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { readSeries, type Reading } from '../series.ts'
import { readReference } from './reference.ts'
import { explainedLoss, scaleOf } from './scale-of.ts'
import { meanPerToken, sequenceLosses, type SequenceLosses } from './sequence-losses.ts'

const number = (description: string) => ({ type: 'number' as const, description })

/** How rough "as rough as the model's own imperfection" is. */
export const naturalScale = defineStage({
  name: 'natural-scale',
  version: 1,
  role: 'scale',
  summary: 'The natural scale L* = 2L − L_best: as far above the model as the model is above the best possible',
  source: 'Dmitry Vaintrob, "Dmitry\'s Koan" (2025)',
  example: ['model: some-model', 'data: some-dataset', 'best: { loss: 1.05 }'].join('\n'),
  seeded: false,
  params: Type.Object({
    best: Type.Optional(
      Type.Object(
        {
          loss: Type.Number({
            minimum: 0,
            description:
              'Loss of the best possible model, nats/token: the entropy of the text, or the loss of a much better model',
          }),
        },
        { additionalProperties: false, description: 'Give this or `reference`' },
      ),
    ),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    data: { accepts: ['dataset'], description: 'Text that the model was not trained on' },
    reference: {
      accepts: ['text', 'path'],
      optional: true,
      description:
        'Loss of the best possible model on each sequence, nats, one a line. On the same text the gap has a far smaller error than from `best`',
    },
  },
  outputs: {
    loss: number('The natural scale L*, nats/token'),
    modelLoss: number("The model's loss L, nats/token"),
    modelLossError: number('Standard error of L over sequences'),
    best: number('L_best, nats/token'),
    gap: number('L − L_best, nats/token'),
    gapError: number('Standard error of the gap'),
    vocabulary: number('Tokens in the vocabulary'),
  },
  run: async ({ with: { best }, inputs, ctx }) => {
    const data = await readDataset(inputs.data?.path ?? '')
    const [only] = await readSeries(inputs.model, ctx, async (model) => ({
      losses: await sequenceLosses(model, data),
      vocabulary: model.vocabulary,
    }))
    if (only === undefined) throw new StageError('there is no model to measure')
    const { losses, vocabulary } = only.reading
    const model = meanPerToken(losses)
    const gap = await gapOf(losses, { best: best?.loss, reference: inputs.reference })
    checkGap(model, gap)
    const bestLoss = model.mean - gap.mean
    const values = {
      loss: scaleOf(model.mean, bestLoss),
      modelLoss: model.mean,
      modelLossError: model.error,
      best: bestLoss,
      gap: gap.mean,
      gapError: gap.error,
      vocabulary,
    }
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))
  },
  report: (finished) => reportOf(finished),
})

async function gapOf(
  losses: SequenceLosses,
  { best, reference }: { best: number | undefined; reference: StageInput | undefined },
): Promise<Reading> {
  if ((best === undefined) === (reference?.path === undefined))
    throw new StageError(
      'the best possible loss must be given once',
      'Give either best: { loss: NUMBER } or reference: FILE with the best loss on each line of the text.',
    )
  if (reference?.path === undefined) {
    const { mean, error } = meanPerToken(losses)
    return { mean: mean - (best as number), error }
  }
  const { nats } = await readReference(reference.path, losses)
  return meanPerToken({ nats: losses.nats.map((value, i) => value - (nats[i] as number)), tokens: losses.tokens })
}

/** A gap that is not above zero beyond its error gives no scale. 1.645 standard errors: one-sided, 95 %. */
function checkGap(model: Reading, gap: Reading): void {
  if (gap.mean > 1.645 * gap.error) return
  throw new StageError(
    `the model's loss ${model.mean.toFixed(4)} is not above the best loss ${(model.mean - gap.mean).toFixed(4)} beyond its error: the gap is ${gap.mean.toFixed(4)} ± ${gap.error.toFixed(4)} nats/token, so there is no natural scale`,
    'Check best; measure on more text; or give the loss of the best model on each sequence as reference, which makes the error smaller.',
  )
}

function reportOf({ outputs }: Finished<unknown>): readonly ReportBlock[] {
  const value = (name: string): number =>
    Number(outputs[name] && 'value' in outputs[name] ? outputs[name].value : Number.NaN)
  const [loss, model, gap] = [value('loss'), value('modelLoss'), value('gap')]
  const explained = explainedLoss(loss, model, value('vocabulary'))
  return [
    {
      type: 'text',
      title: 'Natural scale',
      lines: [
        `model ${model.toFixed(4)} ± ${value('modelLossError').toFixed(4)} nats/token, best possible ${value('best').toFixed(4)}, gap ${gap.toFixed(4)} ± ${value('gapError').toFixed(4)}`,
        `natural scale L* = 2 × ${model.toFixed(4)} − ${value('best').toFixed(4)} = ${loss.toFixed(4)} nats/token`,
        `at L* ${(100 * explained).toFixed(2)} % is explained of the loss that the model explains beyond a uniform guess (${Math.log(value('vocabulary')).toFixed(3)} nats/token)`,
      ],
    },
  ]
}
