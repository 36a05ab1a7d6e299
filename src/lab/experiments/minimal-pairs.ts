import { largest } from '../../base/largest.ts'
import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { LanguageModel } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readText } from '../datasets/read-text.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { seededRandom } from '../random.ts'
import { promptTokens } from './answers.ts'
import { drawn, promptCount } from './drawn-prompts.ts'
import { jsonLine } from './json-line.ts'
import { metricsReport } from './metrics-report.ts'
import { itemOutputs, measureItems, type MetricTable } from './item-metrics.ts'
import { begunWith, startParam } from './start-token.ts'

const metrics = {
  accuracy: { unit: 'proportion', description: 'Share of pairs whose good sentence has the higher probability' },
  difference: {
    unit: 'nats',
    description: 'Mean ln probability of the good sentence less that of the bad one, each over the whole sentence',
  },
} as const satisfies MetricTable

export const minimalPairs = defineStage({
  name: 'minimal-pairs',
  version: 2,
  role: 'experiment',
  summary: 'Minimal pairs (BLiMP): is the acceptable sentence likelier as a whole than its twin?',
  source: 'Warstadt et al. 2020, arXiv 1912.00582',
  seeded: true,
  params: Type.Object({ pairs: promptCount('the file'), start: startParam }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    sentences: {
      accepts: ['path', 'relation'],
      description: 'JSONL with sentence_good and sentence_bad, as a file of BLiMP',
    },
  },
  outputs: itemOutputs(metrics),
  metrics,
  run: async ({ with: { pairs, start }, inputs, ctx }) => {
    const tokenizer = begunWith(await openTokenizer(inputs.model?.path ?? ''), start)
    const file = inputs.sentences?.path ?? ''
    const all = encodePairs(await readText(file), tokenizer, basename(file))
    const sample = pairs >= all.length
    return measureItems({ model: inputs.model, metrics, sample }, ctx, async (model, { chain, draw }) => {
      const asked = drawn(all, pairs, seededRandom(ctx.seed, 'minimal-pairs', chain, draw))
      const good = await sentenceLosses(
        model,
        asked.map((pair) => pair.good),
        tokenizer.pad,
      )
      const bad = await sentenceLosses(
        model,
        asked.map((pair) => pair.bad),
        tokenizer.pad,
      )
      const difference = Array.from(good, (loss, i) => (bad[i] as number) - loss)
      return {
        accuracy: difference.map((value) => (Number.isNaN(value) ? value : Number(value > 0))),
        difference,
      }
    })
  },
  report: metricsReport,
})

/** Tokens of two sentences, each after the token that starts a sequence where there is one. */
export interface SentencePair {
  readonly good: readonly number[]
  readonly bad: readonly number[]
}

/** Reads JSONL of pairs. Throws StageError naming the line that is none, or has words that the tokenizer does not know. */
export function encodePairs(text: string, tokenizer: TextTokenizer, source: string): SentencePair[] {
  const pairs = text.split('\n').flatMap((line, i): SentencePair[] => {
    if (line.trim() === '') return []
    const where = `line ${i + 1} of ${source}`
    const { sentence_good: good, sentence_bad: bad } = jsonLine(line)
    if (typeof good !== 'string' || typeof bad !== 'string')
      throw new StageError(
        `${where} is no pair of sentences`,
        'Write {"sentence_good": "…", "sentence_bad": "…"} on each line.',
      )
    return [{ good: sentence(good, where, tokenizer), bad: sentence(bad, where, tokenizer) }]
  })
  if (pairs.length === 0) throw new StageError(`${source} has no pairs of sentences in it`)
  return pairs
}

function sentence(text: string, where: string, tokenizer: TextTokenizer): number[] {
  const tokens = promptTokens(text, tokenizer)
  if (tokens.length < 2)
    throw new StageError(`the sentence "${text}" on ${where} is a single token, which nothing comes before`)
  return tokens
}

/** −ln probability of each sentence given its first token, in nats: a sum in double precision over its own tokens. */
export async function sentenceLosses(
  model: LanguageModel,
  sentences: readonly (readonly number[])[],
  pad: number,
): Promise<Float64Array> {
  const length = largest(sentences.map((tokens) => tokens.length))
  if (length - 1 > model.context)
    throw new StageError(
      `a sentence has ${length} tokens; the model takes ${model.context} at most`,
      'Leave longer sentences out, or take a model with a longer context.',
    )
  const tokens = new Int32Array(sentences.length * length).fill(pad)
  sentences.forEach((one, i) => {
    tokens.set(one, i * length)
  })
  const losses = await model.tokenLosses(tokens, length)
  return Float64Array.from(sentences, (one, i) =>
    losses.subarray(i * (length - 1), i * (length - 1) + one.length - 1).reduce((sum, loss) => sum + loss, 0),
  )
}
