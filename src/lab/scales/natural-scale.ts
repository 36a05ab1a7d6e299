import { Type, type Static } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError, type StageContext } from '../../stage/stage-context.ts'
import type { MetricUnit } from '../../stage/metrics.ts'
import { defineStage, type Finished } from '../../stage/stage-kind.ts'
import type { Reading } from '../series.ts'
import { checkTokenizer, lawParam } from './equivalent.ts'
import { modelLosses } from './model-losses.ts'
import { readReference } from './reference.ts'
import { explainedLoss, scaleOf } from './scale-of.ts'
import { laws } from './scaling-laws.ts'
import { meanPerToken, type SequenceLosses } from './sequence-losses.ts'
import { perLoss } from './loss-words.ts'

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
  { description: 'The best possible loss, in nats, or what a scaling law says of the model’s own tokenizer' },
)
type Best = Static<typeof best>

/** How rough "as rough as the model's own imperfection" is. */
export const naturalScale = defineStage({
  name: 'natural-scale',
  version: 3,
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
    data: {
      accepts: ['dataset', 'examples'],
      description: 'Text, or examples with their answers, that the model was not trained on',
    },
    reference: {
      accepts: ['text', 'path'],
      optional: true,
      description:
        'Loss of the best possible model on each sequence or example, nats, one a line. On the same text the gap has a far smaller error than from `best`',
    },
    better: {
      accepts: ['model'],
      optional: true,
      description: 'A better model of the same tokenizer: its loss on the same sequences or examples is the best',
    },
  },
  outputs: {
    loss: number('The scale L + k·(L − L_best), nats/token or an example: L* where k is 1'),
    modelLoss: number("The model's loss L, nats/token"),
    modelLossError: number('Standard error of L over sequences'),
    best: number('L_best, nats/token'),
    gap: number('L − L_best, nats/token'),
    gapError: number('Standard error of the gap'),
    unit: {
      type: 'record',
      description: 'What the losses are of: nats/token; nats of classes; dimensionless of numbers',
    },
    vocabulary: number('Tokens in the vocabulary, or classes; 0 where the answers are numbers'),
  },
  run: async ({ with: { best, multiple }, inputs, ctx }) => {
    const { losses, choices, unit } = await modelLosses(inputs.model, inputs.data, { ctx })
    const model = meanPerToken(losses)
    const gap = await gapOf(losses, { best, inputs, ctx })
    checkGap(model, gap)
    const bestLoss = model.mean - gap.mean
    const values = {
      loss: scaleOf(model.mean, bestLoss, multiple),
      modelLoss: model.mean,
      modelLossError: model.error,
      best: bestLoss,
      gap: gap.mean,
      gapError: gap.error,
      vocabulary: choices ?? 0,
    }
    return { unit: { value: unit }, ...eachAsOutput(values) }
  },
  report: (finished) => reportOf(finished),
})

const eachAsOutput = <V extends Record<string, number>>(values: V): { [K in keyof V]: { value: number } } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])) as never

interface Against {
  readonly best: Best | undefined
  readonly inputs: Readonly<Record<string, StageInput>>
  readonly ctx: StageContext
}

async function gapOf(losses: SequenceLosses, { best, inputs, ctx }: Against): Promise<Reading> {
  const { model, data, reference, better } = inputs
  if ([best, reference, better].filter((one) => one !== undefined).length !== 1)
    throw new StageError(
      'the best possible loss must be given once',
      'Give one of best: { loss: NUMBER }, reference: FILE with the best loss on each line of the text, better: MODEL.',
    )
  if (best !== undefined) {
    const { mean, error } = meanPerToken(losses)
    return { mean: mean - (await bestLossOf(best, { model, data })), error }
  }
  const { nats } =
    reference?.path !== undefined
      ? await readReference(reference.path, losses)
      : (await modelLosses(better, data, { ctx })).losses
  return meanPerToken({ nats: losses.nats.map((value, i) => value - (nats[i] as number)), tokens: losses.tokens })
}

async function bestLossOf(
  best: Best,
  { model, data }: Readonly<Record<string, StageInput | undefined>>,
): Promise<number> {
  if ('loss' in best) return best.loss
  if (data?.type === 'examples')
    throw new StageError('a scaling law is one of text, and the data are examples', 'Give best: { loss: NUMBER }.')
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
    `the model's loss ${model.mean.toFixed(4)} is not above the best loss ${(model.mean - gap.mean).toFixed(4)} beyond its error: the gap is ${gap.mean.toFixed(4)} ± ${gap.error.toFixed(4)}, so there is no natural scale`,
    'Check best; measure on more text; or give the loss of the best model on each sequence as reference, which makes the error smaller.',
  )
}

function reportOf({ outputs }: Finished<unknown>): readonly ReportBlock[] {
  const value = (name: string): number =>
    Number(outputs[name] && 'value' in outputs[name] ? outputs[name].value : Number.NaN)
  const [loss, model, gap] = [value('loss'), value('modelLoss'), value('gap')]
  const choices = value('vocabulary')
  const unit = outputs['unit'] && 'value' in outputs['unit'] ? (outputs['unit'].value as MetricUnit) : undefined
  const per = perLoss(unit)
  const multiple = Math.round(((loss - model) / gap) * 1e6) / 1e6
  const scaleLines =
    multiple === 1
      ? [`natural scale L* = 2 × ${model.toFixed(4)} − ${value('best').toFixed(4)} = ${loss.toFixed(4)}${per}`]
      : [
          `${multiple} gaps above the model: ${model.toFixed(4)} + ${multiple} × ${gap.toFixed(4)} = ${loss.toFixed(4)}${per}`,
        ]
  return [
    {
      type: 'text',
      title: 'Natural scale',
      lines: [
        `model ${model.toFixed(4)} ± ${value('modelLossError').toFixed(4)}${per}, best possible ${value('best').toFixed(4)}, gap ${gap.toFixed(4)} ± ${value('gapError').toFixed(4)}`,
        ...scaleLines,
        ...(choices === 0 ? [] : [explainedLine({ loss, model, choices })]),
      ],
    },
  ]
}

/** Against a uniform guess; a scale above that is worse than knowing nothing, and no degradation need lead there. */
function explainedLine({ loss, model, choices }: Record<'loss' | 'model' | 'choices', number>): string {
  const uniform = Math.log(choices)
  const guess = `the ${uniform.toFixed(3)} nats of a uniform guess`
  if (model >= uniform) return `the model itself is not under ${guess}: it explains nothing that could be left anywhere`
  const explained = explainedLoss(loss, model, choices)
  return explained > 0
    ? `there ${(100 * explained).toFixed(2)} % is explained of the loss that the model explains beyond a uniform guess (${uniform.toFixed(3)} nats)`
    : `that is above ${guess}: nothing of the model is left there, so take a smaller multiple`
}
