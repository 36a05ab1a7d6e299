import { Type } from '@sinclair/typebox'
import type { LanguageModel } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { seededRandom } from '../random.ts'
import { averaged, readSeries } from '../series.ts'
import { saidTwice, type SaidTwice } from './said-twice.ts'
import { metricsReport } from './metrics-report.ts'
import { headReport, prefixMatching, type HeadScore } from './prefix-matching.ts'
import { itemOutputs, itemResults, type ItemValues, type MetricTable } from './item-metrics.ts'

const metrics = {
  loss: { unit: 'nats/token', description: 'Mean loss over the second time a block is said, its first token left out' },
  'first-loss': { unit: 'nats/token', description: 'Mean loss over the first time, its first token left out' },
  gain: { unit: 'nats/token', description: 'first-loss less loss: what having seen the block before is worth' },
  probability: { unit: 'probability', description: 'Mean probability of the right token the second time' },
} as const satisfies MetricTable

export const induction = defineStage({
  name: 'induction',
  version: 2,
  role: 'experiment',
  summary: 'Induction: a block of random tokens is said twice; is it foreseen the second time, and by which heads?',
  source: 'Olsson et al. 2022, arXiv 2209.11895',
  seeded: true,
  params: Type.Object({
    length: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 4096,
        description: "Tokens of a block. Left out: as many as fit twice into the model's context, 64 at most",
      }),
    ),
    sequences: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 32,
      description: 'Sequences for each posterior draw',
    }),
    lowest: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Lowest token to draw. Left out: 0. Special tokens are never drawn' }),
    ),
    highest: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Highest token to draw. Left out: the last of the vocabulary' }),
    ),
  }),
  inputs: { model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' } },
  outputs: {
    ...itemOutputs(metrics),
    heads: {
      type: 'record',
      description:
        'Prefix-matching score of every attention head, best first: mean over draws and its standard error; of checkpoints the last one’s',
    },
  },
  metrics,
  run: async ({ with: { length, sequences, lowest = 0, highest }, inputs, ctx }) => {
    const tokenizer = await openTokenizer(inputs.model?.path ?? '')
    const readings = await readSeries(inputs.model, ctx, async (model, { chain, draw }) => {
      const random = seededRandom(ctx.seed, 'induction', chain, draw)
      const block = blockLength(model, length, tokenizer)
      const last = Math.min(highest ?? Infinity, model.vocabulary - 1, tokenizer.vocabulary - 1)
      const said = saidTwice({ block, sequences, tokenizer, choices: drawable(lowest, last, tokenizer) }, random)
      return {
        values: await scoreInduction(model, said, block),
        heads: await prefixMatching(model, said, block),
      }
    })
    const results = await itemResults(
      { metrics },
      ctx,
      readings.map(({ member, reading }) => ({ member, reading: reading.values })),
    )
    return {
      ...results,
      heads: { value: { heads: headReport(averaged(readings).map(({ reading }) => reading.heads)) } },
    }
  },
  report: (finished) => {
    const { outputs } = finished
    const means = metricsReport(finished)
    const ref = outputs.heads
    const heads = ref !== undefined && 'value' in ref ? (ref.value as unknown as { heads: HeadScore[] }).heads : []
    if (heads.length === 0) return means
    const best = heads
      .slice(0, 5)
      .map(({ head, score, se }) => `${head} ${score.toFixed(3)}${se > 0 ? ` ± ${se.toFixed(3)}` : ''}`)
    return [...means, { type: 'text', title: 'Heads that match prefixes best', lines: best }]
  },
})

function drawable(from: number, to: number, { bos, pad, unknown }: TextTokenizer): number[] {
  const special = new Set([bos, unknown, ...(pad === 0 && bos === undefined ? [] : [pad])])
  const choices = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).filter(
    (id) => !special.has(id),
  )
  if (choices.length < 2)
    throw new StageError(`there are ${choices.length} tokens from ${from} to ${to} to draw blocks from`)
  return choices
}

function blockLength(model: LanguageModel, given: number | undefined, { bos }: TextTokenizer): number {
  const most = Math.floor((model.context - (bos === undefined ? 0 : 1)) / 2)
  if (most < 2)
    throw new StageError(`the model's context of ${model.context} tokens is too short for a block said twice`)
  if (given !== undefined && given > most)
    throw new StageError(
      `blocks of ${given} tokens said twice are longer than the model's context of ${model.context}`,
      `length may be ${most} at most.`,
    )
  return given ?? Math.min(64, most)
}

/**
 * Metrics by sequence. The first token of a block is left out both times: nothing foretells where the second block
 * begins.
 */
export async function scoreInduction(
  model: LanguageModel,
  { tokens, length, start }: SaidTwice,
  block: number,
): Promise<ItemValues<typeof metrics>> {
  const losses = await model.tokenLosses(tokens, length)
  const sequences = tokens.length / length
  // The loss of the token at position p stands at p − 1.
  const part = (i: number, from: number): number[] =>
    Array.from({ length: block - 1 }, (_, t) => losses[i * (length - 1) + from + t] as number)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const over = (value: (first: readonly number[], second: readonly number[]) => number): number[] =>
    Array.from({ length: sequences }, (_, i) => value(part(i, start), part(i, start + block)))
  return {
    loss: over((_, second) => mean(second)),
    'first-loss': over((first) => mean(first)),
    gain: over((first, second) => mean(first) - mean(second)),
    probability: over((_, second) => mean(second.map((loss) => Math.exp(-loss)))),
  }
}
