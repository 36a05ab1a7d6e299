import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { LanguageModel } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readText } from '../datasets/read-text.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { jsonLine } from './json-line.ts'
import { metricsReport } from './metrics-report.ts'
import { itemOutputs, measureItems, type ItemValues, type MetricTable } from './item-metrics.ts'
import { wordToken } from './answers.ts'
import { isTop, nextTokenLogits, packPrompts, tokenLoss, type PromptBatch } from './prompts.ts'

const metrics = {
  accuracy: { unit: 'proportion', description: 'Share of facts whose answer is the likeliest token of all' },
  probability: { unit: 'probability', description: 'Mean probability of the answer' },
  preference: {
    unit: 'proportion',
    description:
      'Share of facts whose answer is likelier than all of its `wrong` answers; than all tokens where it has none',
  },
  loss: { unit: 'nats', description: 'Mean −ln probability of the answer' },
} as const satisfies MetricTable

/** Prompts with the token that answers each. */
export interface FactBatch extends PromptBatch {
  readonly answers: readonly number[]
  /** Of each prompt, the answers it is compared with; often none. */
  readonly wrong: readonly (readonly number[])[]
}

/** Whether facts learnt by heart are still known. The facts are asked in full, so they add no sampling error of their own. */
export const recall = defineStage({
  name: 'recall',
  version: 3,
  role: 'experiment',
  summary: 'Recall of memorised facts: is the answer the likeliest next token?',
  seeded: false,
  params: Type.Object({}),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    facts: {
      accepts: ['relation', 'path'],
      description:
        'JSONL with prompt, answer and, if you like, wrong answers to compare it with; each answer is one token',
    },
  },
  outputs: itemOutputs(metrics),
  metrics,
  run: async ({ inputs, ctx }) => {
    const tokenizer = await openTokenizer(inputs.model?.path ?? '')
    const file = inputs.facts?.path ?? ''
    const facts = encodeFacts(await readText(file), tokenizer, basename(file))
    return measureItems({ model: inputs.model, metrics }, ctx, (model) => scoreRecall(model, facts))
  },
  report: metricsReport,
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
    wrong: facts.map(({ wrong }) => wrong),
  }
}

interface Fact {
  readonly tokens: readonly number[]
  readonly answer: number
  readonly wrong: readonly number[]
}

function encodeFact(line: string, tokenizer: TextTokenizer, where: string): Fact {
  const { prompt, answer, wrong = [] } = jsonLine(line)
  const others: unknown = typeof wrong === 'string' ? [wrong] : wrong
  const isList = Array.isArray(others) && others.every((word) => typeof word === 'string')
  if (typeof prompt !== 'string' || typeof answer !== 'string' || !isList)
    throw new StageError(
      `${where} is no fact`,
      'Write {"prompt": "…", "answer": "…"} on each line, and if you like "wrong": ["…"].',
    )
  const tokenOf = (word: string): number => {
    const token = wordToken(word.trim(), tokenizer)
    if (token === undefined)
      throw new StageError(
        `the answer "${word}" on ${where} is not one token of the model's tokenizer`,
        'Give answers of one known token; sequence-task takes answers of any length.',
      )
    return token
  }
  const tokens = [...(tokenizer.bos === undefined ? [] : [tokenizer.bos]), ...tokenizer.encode(prompt)]
  if (tokens.length === 0) throw new StageError(`the prompt on ${where} is empty`)
  return { tokens, answer: tokenOf(answer), wrong: others.map(tokenOf) }
}

/** Scores one set of weights, fact by fact. */
export async function scoreRecall(model: LanguageModel, facts: FactBatch): Promise<ItemValues<typeof metrics>> {
  const rows = await nextTokenLogits(model, facts)
  const loss = rows.map((logits, i) => tokenLoss(logits, facts.answers[i] as number))
  return {
    accuracy: rows.map((logits, i) =>
      Number.isNaN(loss[i]) ? Number.NaN : Number(isTop(logits, facts.answers[i] as number)),
    ),
    probability: loss.map((value) => Math.exp(-value)),
    preference: rows.map((logits, i) => {
      const wrong = facts.wrong[i] as readonly number[]
      const right = logits[facts.answers[i] as number] as number
      return Number(
        wrong.length > 0
          ? wrong.every((token) => (logits[token] as number) < right)
          : isTop(logits, facts.answers[i] as number),
      )
    }),
    loss,
  }
}
