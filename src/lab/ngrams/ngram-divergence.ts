import { Type } from '@sinclair/typebox'
import type { MetricSamples } from '../../stage/metrics.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import type { OpenNetwork } from '../../engine/model/open-network.ts'
import { readDataset, type Dataset } from '../datasets/dataset.ts'
import { firstSequences } from '../datasets/first-sequences.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { atOnce, predict } from '../experiments/log-probabilities.ts'
import { metricsReport } from '../experiments/metrics-report.ts'
import { readingsPort, writeReadings } from '../experiments/write-readings.ts'
import { checkFits, meanOverModels, meanPerToken } from '../scales/sequence-losses.ts'
import { asStageError, readMembers, samplesOf, type Member } from '../series.ts'
import { join } from 'node:path'
import { readNgram } from './ngram-files.ts'
import { checkTokens, ngramLosses } from './ngram-losses.ts'
import { eachPrediction, type NgramModel } from './ngram-model.ts'

const metrics = {
  kl: { unit: 'nats/token', description: 'KL(model ‖ n-gram) of the next token' },
  advantage: { unit: 'nats/token', description: 'Loss of the n-gram model less that of the model' },
} as const satisfies Record<string, { unit: MetricSamples['unit']; description: string }>
type Metric = keyof typeof metrics

/** How much of what a model predicts is n-gram statistics: at every level of a search, if asked for beside it. */
export const ngramDivergence = defineStage({
  name: 'ngram-divergence',
  version: 3,
  role: 'experiment',
  summary: 'KL from a model, or draws of it, to an n-gram model, and how much better than it the model predicts',
  source: 'Belrose et al. 2024 (arXiv 2402.04362) follow the same divergence over training',
  example: ['model: some-model', 'ngram: some-ngram', 'data: some-dataset'].join('\n'),
  seeded: false,
  params: Type.Object({
    evaluate: Type.Integer({
      minimum: 2,
      maximum: 1_000_000,
      default: 64,
      description: 'Sequences of `data` to use, from the start',
    }),
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    ngram: { accepts: ['ngram'], description: 'The n-gram model, of the same tokenizer' },
    data: { accepts: ['dataset'], description: 'Text to compare on' },
  },
  outputs: {
    metrics: { type: 'metrics', description: `Metrics ${Object.keys(metrics).join(', ')}` },
    items: readingsPort('Sums over each sequence and its number of predicted tokens'),
  },
  metrics,
  run: async ({ with: { evaluate }, inputs, ctx }) => {
    const model = inputs['model']?.path ?? ''
    const data = firstSequences(await readDataset(inputs['data']?.path ?? ''), evaluate)
    const counts = await readNgram(inputs['ngram']?.path ?? '')
    checkTokens(counts, data)
    await checkSameTokenizer(data, model)
    const { openNetwork } = await import('../../engine/model/open-network.ts')
    const opened = await asStageError(() => openNetwork(model, { threads: ctx.threads, weights: null }))
    try {
      const { decoder, type } = opened.network
      if (decoder === undefined) throw new StageError(`a model of type ${type} predicts no tokens`)
      checkFits(data, decoder)
      const readings: { member: Member; reading: Compared }[] = []
      const members = await readMembers(model)
      for (const member of members) {
        ctx.signal.throwIfAborted()
        await asStageError(() => opened.loadWeights(join(model, member.file)))
        readings.push({ member, reading: await compare(opened, counts, data) })
        ctx.progress({ fraction: readings.length / members.length, note: `${readings.length} of ${members.length}` })
      }
      const samples = (Object.keys(metrics) as Metric[]).map((metric) => {
        const sums = readings.map(({ reading: { tokens, ...of } }) => ({ nats: of[metric], tokens }))
        const one = readings.map(({ member }, i) => ({ member, reading: meanPerToken(sums[i]!) }))
        const sharedItemError = meanPerToken(meanOverModels(sums)).error
        return [
          metric,
          { ...samplesOf(one, { unit: metrics[metric].unit, items: data.sequences, sharedItemError }) },
        ] as const
      })
      const kept = readings.map(({ member, reading }) => ({ member, values: { ...reading } }))
      return { metrics: { value: { metrics: Object.fromEntries(samples) } }, items: await writeReadings(ctx, kept) }
    } finally {
      await opened.close()
    }
  },
  report: metricsReport,
})

/** Of each sequence: both metrics summed over its predicted tokens, nats, and how many those are. */
type Compared = Record<Metric, Float64Array> & { readonly tokens: Int32Array }

/** Sums over the tokenizer's vocabulary: a model with more columns than tokens is conditioned on a token being one. */
async function compare(opened: OpenNetwork, counts: NgramModel, data: Dataset): Promise<Compared> {
  const { length, sequences, vocabulary } = data
  const kl = new Float64Array(sequences)
  const own = new Float64Array(sequences)
  const { nats: ngrams, tokens } = ngramLosses(counts, data)
  const batch = atOnce(data)
  for (let first = 0; first < sequences; first += batch) {
    const count = Math.min(batch, sequences - first)
    const { logits, vocabulary: width } = await predict(opened, data, { first, count })
    const part = { ...data, sequences: count, ...slice(data, first, count) }
    eachPrediction(part, counts.head.order, (gram, i, t) => {
      const row = i * (length - 1) + t - 1
      const scores = logits.subarray(row * width, row * width + vocabulary)
      const { divergence, loss } = rowOf(scores, counts.distribution(gram.slice(0, -1)), gram[gram.length - 1]!)
      kl[first + i]! += divergence
      own[first + i]! += loss
    })
  }
  const ahead = ngrams.map((nats, i) => nats - own[i]!)
  return { kl, advantage: ahead, tokens }
}

const slice = ({ tokens, mask, length }: Dataset, first: number, count: number): Pick<Dataset, 'tokens' | 'mask'> => ({
  tokens: tokens.subarray(first * length, (first + count) * length),
  mask: mask.subarray(first * length, (first + count) * length),
})

/** KL(softmax(logits) ‖ q) and the softmax's own loss on a token. */
function rowOf(logits: Float32Array, q: Float64Array, token: number): { divergence: number; loss: number } {
  // Plain loops: this runs over the vocabulary for every token of the text.
  let most = -Infinity
  for (const logit of logits) if (logit > most) most = logit
  let total = 0
  for (const logit of logits) total += Math.exp(logit - most)
  const z = most + Math.log(total)
  let divergence = 0
  for (let i = 0; i < logits.length; i++) {
    const log = logits[i]! - z
    divergence += Math.exp(log) * (log - Math.log(q[i]!))
  }
  return { divergence, loss: z - logits[token]! }
}
