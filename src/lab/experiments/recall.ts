import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { LanguageModel } from '../../engine/model/language-model.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readText } from '../datasets/read-text.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { jsonLine } from './json-line.ts'
import { metricsReport } from './metrics-report.ts'
import { itemOutputs, measureItems, type ItemValues, type MetricTable } from './item-metrics.ts'
import { wordToken } from './answers.ts'
import { eachNextToken, isTop, packPrompts, tokenLoss, type PromptBatch } from './prompts.ts'
import { begunWith, startParam } from './start-token.ts'

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
  params: Type.Object({
    severalTokens: Type.Union([Type.Literal('refuse'), Type.Literal('leave-out')], {
      default: 'refuse',
      description:
        'Facts whose answer is not one known token of the model’s tokenizer. refuse: an error; leave-out: they are not asked, and counted',
    }),
    start: startParam,
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    facts: {
      accepts: ['relation', 'path'],
      description:
        'JSONL with prompt, answer and, if you like, wrong answers to compare it with; each answer is one token',
    },
  },
  outputs: {
    ...itemOutputs(metrics),
    asked: { type: 'record', description: 'How many facts were asked, and the answers left out' },
  },
  metrics,
  run: async ({ with: { severalTokens, start }, inputs, ctx }) => {
    const tokenizer = begunWith(await openTokenizer(inputs.model?.path ?? ''), start)
    const file = inputs.facts?.path ?? ''
    const facts = encodeFacts(await readText(file), tokenizer, { source: basename(file), severalTokens })
    const { leftOut } = facts
    return {
      ...(await measureItems({ model: inputs.model, metrics }, ctx, (model) => scoreRecall(model, facts))),
      asked: { value: { facts: facts.answers.length, leftOut: [...leftOut] } },
    }
  },
  report: (finished) => [...metricsReport(finished), ...leftOutBlock(finished)],
})

function leftOutBlock({ stage, outputs }: Parameters<typeof metricsReport>[0]): ReportBlock[] {
  const ref = outputs['asked']
  const { facts, leftOut } = (ref !== undefined && 'value' in ref ? ref.value : { facts: 0, leftOut: [] }) as {
    readonly facts: number
    readonly leftOut: readonly string[]
  }
  if (leftOut.length === 0) return []
  const some = leftOut.slice(0, 10).join(', ')
  const rest = leftOut.length > 10 ? ` and ${leftOut.length - 10} more` : ''
  const line = `${leftOut.length} of ${facts + leftOut.length} facts were left out, their answers being several tokens or unknown: ${some}${rest}`
  return [{ type: 'text', title: `Facts of ${stage}`, lines: [line] }]
}

/** Reads JSONL of `{prompt, answer}`. Throws StageError naming the line that is no fact, or whose answer is not one known token. */
export function encodeFacts(
  text: string,
  tokenizer: TextTokenizer,
  { source, severalTokens = 'refuse' }: { readonly source: string; readonly severalTokens?: 'refuse' | 'leave-out' },
): FactBatch & { readonly leftOut: readonly string[] } {
  const lines = text.split('\n').map((line, i) => ({ line, where: `line ${i + 1} of ${source}` }))
  const read = lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => encodeFact(line, tokenizer, where))
  if (read.length === 0) throw new StageError(`${source} has no facts in it`)
  const unfit = read.filter((fact): fact is UnfitFact => 'unfit' in fact)
  const facts = read.filter((fact): fact is Fact => !('unfit' in fact))
  if (unfit[0] !== undefined && (severalTokens === 'refuse' || facts.length === 0)) throw refusal(unfit[0])
  return {
    ...packPrompts(
      facts.map(({ tokens }) => tokens),
      tokenizer.pad,
    ),
    answers: facts.map(({ answer }) => answer),
    wrong: facts.map(({ wrong }) => wrong),
    leftOut: unfit.map((fact) => fact.unfit),
  }
}

/** A fact with an answer, or a wrong one, that is not one known token. */
interface UnfitFact {
  readonly unfit: string
  readonly where: string
}

const refusal = ({ unfit, where }: UnfitFact): StageError =>
  new StageError(
    `the answer "${unfit}" on ${where} is not one token of the model's tokenizer`,
    'Give answers of one known token, or severalTokens: leave-out; sequence-task takes answers of any length.',
  )

interface Fact {
  readonly tokens: readonly number[]
  readonly answer: number
  readonly wrong: readonly number[]
}

function encodeFact(line: string, tokenizer: TextTokenizer, where: string): Fact | UnfitFact {
  const { prompt, answer, wrong = [] } = jsonLine(line)
  const others: unknown = typeof wrong === 'string' ? [wrong] : wrong
  const isList = Array.isArray(others) && others.every((word) => typeof word === 'string')
  if (typeof prompt !== 'string' || typeof answer !== 'string' || !isList)
    throw new StageError(
      `${where} is no fact`,
      'Write {"prompt": "…", "answer": "…"} on each line, and if you like "wrong": ["…"].',
    )
  const known = new Map([answer, ...others].map((word) => [word, wordToken(word.trim(), tokenizer)]))
  const unfit = [...known].find(([, token]) => token === undefined)
  if (unfit !== undefined) return { unfit: unfit[0], where }
  const tokens = [...(tokenizer.bos === undefined ? [] : [tokenizer.bos]), ...tokenizer.encode(prompt)]
  if (tokens.length === 0) throw new StageError(`the prompt on ${where} is empty`)
  const tokenOf = (word: string): number => known.get(word)!
  return { tokens, answer: tokenOf(answer), wrong: others.map(tokenOf) }
}

/** Scores one set of weights, fact by fact. */
export async function scoreRecall(model: LanguageModel, facts: FactBatch): Promise<ItemValues<typeof metrics>> {
  const values = (): Float64Array => new Float64Array(facts.answers.length)
  const result = { accuracy: values(), probability: values(), preference: values(), loss: values() }
  await eachNextToken(model, facts, (logits, i) => {
    const answer = facts.answers[i] as number
    const wrong = facts.wrong[i] as readonly number[]
    const loss = tokenLoss(logits, answer)
    const top = Number(isTop(logits, answer))
    result.loss[i] = loss
    result.accuracy[i] = Number.isNaN(loss) ? Number.NaN : top
    result.probability[i] = Math.exp(-loss)
    result.preference[i] = wrong.length > 0 ? Number(wrong.every((token) => logits[token]! < logits[answer]!)) : top
  })
  return result
}
