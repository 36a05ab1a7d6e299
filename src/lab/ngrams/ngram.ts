import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import type { ArtifactRef, StageInput } from '../../stage/artifact.ts'
import { readDataset, type Dataset } from '../datasets/dataset.ts'
import { meanPerToken, sequenceLosses } from '../scales/sequence-losses.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { readSeries, type Reading } from '../series.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import { writeNgram } from './ngram-files.ts'
import { ngramLosses } from './ngram-losses.ts'
import { NgramModel, smoothings } from './ngram-model.ts'

interface OrderRow {
  readonly order: number
  readonly loss: number
  readonly error: number
  /** Fraction of the loss explained; absent where no model is given. */
  readonly explained?: number
}
interface NgramAnswer {
  readonly orders: readonly OrderRow[]
  readonly uniform: number
  readonly start: number
  readonly model?: Reading
}

/** The coarsest explanation of a text there is: what follows the last few tokens. */
export const ngram = defineStage({
  name: 'ngram',
  version: 2,
  role: 'scale',
  summary: 'Train smoothed n-gram models on a text: their losses, and how much of a model’s loss they explain',
  source: 'Kneser and Ney 1995; Witten and Bell 1991; Chen and Goodman 1999 (Computer Speech & Language 13)',
  example: ['train: some-dataset', 'data: some-dataset', 'model: some-model', 'order: 3'].join('\n'),
  seeded: false,
  params: Type.Object({
    order: Type.Integer({
      minimum: 1,
      maximum: 5,
      default: 3,
      description: 'Tokens in the longest n-gram; models of every order up to it are measured',
    }),
    smoothing: Type.Union(
      smoothings.map((one) => Type.Literal(one)),
      { default: 'kneser-ney', description: 'How counts become probabilities of what was never seen' },
    ),
  }),
  inputs: {
    train: { accepts: ['dataset'], description: 'Text to count n-grams in' },
    data: { accepts: ['dataset'], description: 'Text to measure the loss on, of the same tokenizer' },
    model: {
      accepts: ['model'],
      optional: true,
      description: 'Explained loss is counted against this model: (L_init − L) / (L_init − L_model)',
    },
    init: {
      accepts: ['model'],
      optional: true,
      description: 'L_init is the loss of this model; left out, that of a uniform guess, ln |V|',
    },
  },
  outputs: {
    ngram: { type: 'ngram', description: 'The model of the highest order, for other stages to use' },
    loss: { type: 'number', description: 'Its loss on `data`, nats/token' },
    error: { type: 'number', description: 'Standard error of that loss over sequences, nats/token' },
    orders: { type: 'record', description: 'Loss and explained loss of every order' },
  },
  run: async ({ with: { order, smoothing }, inputs, ctx }) => {
    const train = await readDataset(inputs['train']?.path ?? '')
    const data = await readDataset(inputs['data']?.path ?? '')
    const lossOf = (input: StageInput | undefined) => (input && modelLoss(input, data, ctx)) ?? undefined
    const [model, init] = [await lossOf(inputs['model']), await lossOf(inputs['init'])]
    const uniform = Math.log(data.vocabulary)
    const start = init?.mean ?? uniform
    if (model !== undefined && !(model.mean < start))
      throw new StageError(
        `the model's loss ${model.mean.toFixed(4)} is not under ${start.toFixed(4)}, from which explained loss is counted`,
        'Give the model that was trained, and its own initialisation or none.',
      )
    const rows: OrderRow[] = []
    let last: NgramModel | undefined
    for (let k = 1; k <= order; k++) {
      ctx.signal.throwIfAborted()
      last = NgramModel.train(train, { order: k, smoothing })
      const { mean, error } = meanPerToken(ngramLosses(last, data))
      const explained = model === undefined ? {} : { explained: (start - mean) / (start - model.mean) }
      rows.push({ order: k, loss: mean, error, ...explained })
      ctx.progress({ fraction: k / order, note: `order ${k}, loss ${mean.toFixed(3)}` })
    }
    const path = join(ctx.out, 'ngram')
    await writeNgram(path, last!)
    const [top] = rows.slice(-1)
    const answer = { orders: rows.map((row) => ({ ...row })), uniform, start, ...(model && { model: { ...model } }) }
    return { ngram: { path }, loss: { value: top!.loss }, error: { value: top!.error }, orders: { value: answer } }
  },
  report: ({ outputs }) => [block(outputs['orders'])],
})

async function modelLoss(model: StageInput, data: Dataset, ctx: StageContext): Promise<Reading> {
  await checkSameTokenizer(data, model.path ?? '')
  const [only] = await readSeries(model, ctx, async (opened) => meanPerToken(await sequenceLosses(opened, data)))
  if (only === undefined) throw new StageError('there is no model to measure')
  return only.reading
}

function block(ref: ArtifactRef | undefined): ReportBlock {
  if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its orders as a value')
  const { orders, start, model } = ref.value as unknown as NgramAnswer
  const percent = (part: number | undefined): string => (part === undefined ? '–' : `${(100 * part).toFixed(2)} %`)
  return {
    type: 'table',
    title: 'n-gram models',
    columns: ['model', 'loss, nats/token', 'explained loss'],
    rows: [
      ['nothing learnt', start.toFixed(4), model === undefined ? '–' : '0 %'],
      ...orders.map(({ order, loss, error, explained }) => [
        `${order}-gram`,
        `${loss.toFixed(4)} ± ${error.toFixed(4)}`,
        percent(explained),
      ]),
      ...(model === undefined ? [] : [['the model', `${model.mean.toFixed(4)} ± ${model.error.toFixed(4)}`, '100 %']]),
    ],
  }
}
