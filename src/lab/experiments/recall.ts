import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { LanguageModel } from '../../engine/model/language-model.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { readSeries, samplesOf, type Reading } from '../series.ts'
import { isTop, meanOf, nextTokenLogits, packPrompts, tokenLoss, type PromptBatch } from './prompts.ts'

const metrics = {
  accuracy: { unit: 'proportion', description: 'Share of facts whose answer is the likeliest token of all' },
  probability: { unit: 'proportion', description: 'Mean probability of the answer' },
  loss: { unit: 'nats', description: 'Mean −ln probability of the answer' },
} as const satisfies Record<string, { unit: MetricSamples['unit']; description: string }>
type Metric = keyof typeof metrics

/** Prompts with the token that answers each. */
export interface FactBatch extends PromptBatch {
  readonly answers: readonly number[]
}

/** Whether facts learnt by heart are still known. The facts are asked in full, so they add no sampling error of their own. */
export const recall = defineStage({
  name: 'recall',
  version: 1,
  role: 'experiment',
  summary: 'Recall of memorised facts: is the answer the likeliest next token?',
  seeded: false,
  params: Type.Object({}),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    facts: { accepts: ['relation', 'path'], description: 'JSONL with prompt and answer, each answer one token' },
  },
  outputs: { metrics: { type: 'metrics', description: `Metrics ${Object.keys(metrics).join(', ')}` } },
  metrics,
  run: async ({ inputs, ctx }) => {
    const tokenizer = await openTokenizer(inputs.model?.path ?? '')
    const file = inputs.facts?.path ?? ''
    const facts = encodeFacts(await readFile(file, 'utf8'), tokenizer, basename(file))
    const readings = await readSeries(inputs.model, ctx, (model) => scoreRecall(model, facts))
    const samples = (Object.keys(metrics) as Metric[]).map((metric) => {
      const one = readings.map(({ member, reading }) => ({ member, reading: reading[metric] }))
      return [metric, { ...samplesOf(one, { unit: metrics[metric].unit, items: facts.answers.length }) }] as const
    })
    return { metrics: { value: { metrics: Object.fromEntries(samples) } } }
  },
})

/** Reads JSONL of `{prompt, answer}`. Throws StageError naming the line that is no fact, or whose answer is not one known token. */
export function encodeFacts(text: string, tokenizer: TextTokenizer, source: string): FactBatch {
  const lines = text.split('\n').map((line, i) => ({ line, where: `line ${i + 1} of ${source}` }))
  const facts = lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => encodeFact(line, tokenizer, where))
  if (facts.length === 0) throw new StageError(`${source} has no facts in it`)
  return {
    ...packPrompts(
      facts.map(({ tokens }) => tokens),
      tokenizer.pad,
    ),
    answers: facts.map(({ answer }) => answer),
  }
}

function encodeFact(line: string, tokenizer: TextTokenizer, where: string): { tokens: number[]; answer: number } {
  const { prompt, answer } = parseFact(line)
  if (typeof prompt !== 'string' || typeof answer !== 'string')
    throw new StageError(`${where} is no fact`, 'Write {"prompt": "…", "answer": "…"} on each line.')
  const [token, ...more] = tokenizer.encode(` ${answer.trim()}`)
  if (token === undefined || more.length > 0 || token === tokenizer.unknown)
    throw new StageError(`the answer "${answer}" on ${where} is not one token of the model's tokenizer`)
  const tokens = [...(tokenizer.bos === undefined ? [] : [tokenizer.bos]), ...tokenizer.encode(prompt)]
  if (tokens.length === 0) throw new StageError(`the prompt on ${where} is empty`)
  return { tokens, answer: token }
}

function parseFact(line: string): { readonly prompt?: unknown; readonly answer?: unknown } {
  try {
    return (JSON.parse(line) ?? {}) as object
  } catch {
    return {}
  }
}

/** Scores one set of weights on all facts. */
export async function scoreRecall(model: LanguageModel, facts: FactBatch): Promise<Record<Metric, Reading>> {
  const rows = await nextTokenLogits(model, facts)
  const losses = rows.map((logits, i) => tokenLoss(logits, facts.answers[i] as number))
  return {
    accuracy: meanOf(
      rows.map((logits, i) =>
        Number.isNaN(losses[i]) ? Number.NaN : Number(isTop(logits, facts.answers[i] as number)),
      ),
    ),
    probability: meanOf(losses.map((loss) => Math.exp(-loss))),
    loss: meanOf(losses),
  }
}
