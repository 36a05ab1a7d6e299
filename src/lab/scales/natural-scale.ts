import { Type, type Static } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError, type StageContext } from '../../stage/stage-context.ts'
import { defineStage, type Finished } from '../../stage/stage-kind.ts'
import { readDataset, type Dataset } from '../datasets/dataset.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { readSeries, type Reading } from '../series.ts'
import { checkTokenizer, lawParam } from './equivalent.ts'
import { readReference } from './reference.ts'
import { explainedLoss, scaleOf } from './scale-of.ts'
import { laws } from './scaling-laws.ts'
import { meanPerToken, sequenceLosses, type SequenceLosses } from './sequence-losses.ts'

const number = (description: string) => ({ type: 'number' as const, description })

const best = Type.Union(
  [
    Type.Object(
      {
        loss: Type.Number({
          minimum: 0,
          description:
            'Loss of the best possible model, nats/token: the entropy of the text, or the loss of a much better model',
        }),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        law: lawParam,
        parameters: Type.Optional(
          Type.Number({
            exclusiveMinimum: 0,
            description:
              'Size of the best model, counted as the law does. Left out: the law’s floor, which no size reaches',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'The best possible loss: a number, or what a scaling law says of the model’s own tokenizer' },
)
type Best = Static<typeof best>

/** How rough "as rough as the model's own imperfection" is. */
export const naturalScale = defineStage({
  name: 'natural-scale',
  version: 2,
  role: 'scale',
  summary: 'The natural scale L* = 2L − L_best: as far above the model as the model is above the best possible',
  source: 'Dmitry Vaintrob, "Dmitry\'s Koan" (2025)',
  example: ['model: some-model', 'data: some-dataset', 'best: { loss: 1.05 }'].join('\n'),
  oneOf: [['best', 'reference', 'better']],
  seeded: false,
  params: Type.Object({
    best: Type.Optional(best),
    multiple: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e6,
      default: 1,
      description: 'How many gaps above the model: k gives L + k·(L − L_best), 1 the natural scale itself',
    }),
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
    better: {
      accepts: ['model'],
      optional: true,
      description: 'A better model of the same tokenizer: its loss on the same sequences is the best',
    },
  },
  outputs: {
    loss: number('The scale L + k·(L − L_best), nats/token: L* where k is 1'),
    modelLoss: number("The model's loss L, nats/token"),
    modelLossError: number('Standard error of L over sequences'),
    best: number('L_best, nats/token'),
    gap: number('L − L_best, nats/token'),
    gapError: number('Standard error of the gap'),
    vocabulary: number('Tokens in the vocabulary'),
  },
  run: async ({ with: { best, multiple }, inputs, ctx }) => {
    const data = await readDataset(inputs.data?.path ?? '')
    const { losses, vocabulary } = await lossesOf(inputs.model, data, ctx)
    const model = meanPerToken(losses)
    const gap = await gapOf(losses, { best, inputs, data, ctx })
    checkGap(model, gap)
    const bestLoss = model.mean - gap.mean
    const values = {
      loss: scaleOf(model.mean, bestLoss, multiple),
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

async function lossesOf(
  model: StageInput | undefined,
  data: Dataset,
  ctx: StageContext,
): Promise<{ readonly losses: SequenceLosses; readonly vocabulary: number }> {
  await checkSameTokenizer(data, model?.path ?? '')
  const [only] = await readSeries(model, ctx, async (opened) => ({
    losses: await sequenceLosses(opened, data),
    vocabulary: opened.vocabulary,
  }))
  if (only === undefined) throw new StageError('there is no model to measure')
  return only.reading
}

interface Against {
  readonly best: Best | undefined
  readonly inputs: Readonly<Record<string, StageInput>>
  readonly data: Dataset
  readonly ctx: StageContext
}

async function gapOf(losses: SequenceLosses, { best, inputs, data, ctx }: Against): Promise<Reading> {
  const { model, reference, better } = inputs
  if ([best, reference, better].filter((one) => one !== undefined).length !== 1)
    throw new StageError(
      'the best possible loss must be given once',
      'Give one of best: { loss: NUMBER }, reference: FILE with the best loss on each line of the text, better: MODEL.',
    )
  if (best !== undefined) {
    const { mean, error } = meanPerToken(losses)
    return { mean: mean - (await bestLossOf(best, model)), error }
  }
  const { nats } =
    reference?.path !== undefined
      ? await readReference(reference.path, losses)
      : (await lossesOf(better, data, ctx)).losses
  return meanPerToken({ nats: losses.nats.map((value, i) => value - (nats[i] as number)), tokens: losses.tokens })
}

async function bestLossOf(best: Best, model: StageInput | undefined): Promise<number> {
  if ('loss' in best) return best.loss
  const law = laws[best.law]
  await checkTokenizer(law, { model })
  if (best.parameters !== undefined) return law.loss(best.parameters)
  if (law.floor > 0) return law.floor
  throw new StageError(
    `the law ${best.law} has no floor: its loss falls without end`,
    'Give the size of the best model: best: { law: …, parameters: … }.',
  )
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
  const multiple = Math.round(((loss - model) / gap) * 1e6) / 1e6
  const scaleLines =
    multiple === 1
      ? [`natural scale L* = 2 × ${model.toFixed(4)} − ${value('best').toFixed(4)} = ${loss.toFixed(4)} nats/token`]
      : [
          `${multiple} gaps above the model: ${model.toFixed(4)} + ${multiple} × ${gap.toFixed(4)} = ${loss.toFixed(4)} nats/token`,
        ]
  return [
    {
      type: 'text',
      title: 'Natural scale',
      lines: [
        `model ${model.toFixed(4)} ± ${value('modelLossError').toFixed(4)} nats/token, best possible ${value('best').toFixed(4)}, gap ${gap.toFixed(4)} ± ${value('gapError').toFixed(4)}`,
        ...scaleLines,
        `there ${(100 * explained).toFixed(2)} % is explained of the loss that the model explains beyond a uniform guess (${Math.log(value('vocabulary')).toFixed(3)} nats/token)`,
      ],
    },
  ]
}
