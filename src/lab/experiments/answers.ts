import type { LanguageModel } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { TextTokenizer } from '../datasets/tokenizer.ts'
import type { ItemValues, MetricTable } from './item-metrics.ts'
import { eachNextToken, isTop, packPrompts } from './prompts.ts'

/** A prompt, and the tokens that would be right or wrong after it. */
export interface AnswerPrompt {
  readonly text: string
  readonly tokens: readonly number[]
  readonly right: readonly number[]
  readonly wrong: readonly number[]
}

export const answerMetrics = {
  accuracy: {
    unit: 'proportion',
    description: 'Share of prompts where the right answers are together likelier than the wrong ones',
  },
  'probability-difference': {
    unit: 'dimensionless',
    description: 'Mean probability of the right answers together less that of the wrong ones, from −1 to 1',
  },
  'logit-difference': {
    unit: 'logits',
    description: "Mean logit of the right answers less that of the wrong ones, each averaged over a prompt's answers",
  },
  probability: { unit: 'probability', description: 'Mean probability of the right answers together' },
  top1: { unit: 'proportion', description: 'Share of prompts where the likeliest token of all is a right answer' },
} as const satisfies MetricTable

/** What a model says after a prompt, in double precision from the logits on. */
export interface Saying {
  readonly prompt: AnswerPrompt
  readonly logits: Float32Array
  /** Of one of the tokens, all together. */
  readonly probability: (tokens: readonly number[]) => number
}

function sayingOf(prompt: AnswerPrompt, logits: Float32Array): Saying {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)
  const probability = (tokens: readonly number[]): number =>
    tokens.reduce((sum, token) => sum + Math.exp((logits[token] as number) - most), 0) / total
  return { prompt, logits, probability }
}

/** What each of {@link answerMetrics} is of one prompt. */
const measures: Readonly<Record<keyof typeof answerMetrics, (saying: Saying) => number>> = {
  accuracy: (saying) => {
    const by = difference(saying)
    return Number.isNaN(by) ? by : Number(by > 0)
  },
  'probability-difference': (saying) => difference(saying),
  'logit-difference': ({ prompt: { right, wrong }, logits }) => mean(right, logits) - mean(wrong, logits),
  probability: ({ prompt: { right }, probability }) => probability(right),
  top1: ({ prompt: { right }, logits }) => Number(right.some((token) => isTop(logits, token))),
}
const difference = ({ prompt: { right, wrong }, probability }: Saying): number =>
  probability(right) - probability(wrong)

export interface Scoring {
  readonly pad: number
  /** Sees what the model says after each prompt too, for metrics of its own. */
  readonly also?: (saying: Saying, prompt: number) => void
}

/** The metrics of {@link answerMetrics}, prompt by prompt. Prompts of different lengths go side by side. */
export async function scoreAnswers(
  model: LanguageModel,
  prompts: readonly AnswerPrompt[],
  { pad, also }: Scoring,
): Promise<ItemValues<typeof answerMetrics>> {
  const rows = prompts.map(({ tokens }) => tokens)
  const names = Object.keys(answerMetrics) as (keyof typeof answerMetrics)[]
  const values = Object.fromEntries(names.map((name) => [name, new Float64Array(prompts.length)]))
  await eachNextToken(model, packPrompts(rows, pad), (logits, i) => {
    const saying = sayingOf(prompts[i] as AnswerPrompt, logits)
    for (const name of names) values[name]![i] = measures[name](saying)
    also?.(saying, i)
  })
  return values as Record<keyof typeof answerMetrics, Float64Array>
}

const mean = (tokens: readonly number[], logits: Float32Array): number =>
  tokens.reduce((sum, token) => sum + (logits[token] as number), 0) / tokens.length

/**
 * Tokens of a prompt: the token that starts a sequence, where the tokenizer has one, and the text. Throws StageError
 * naming a word that the tokenizer does not know.
 */
export function promptTokens(text: string, { bos, unknown, encode, tokenOf }: TextTokenizer): number[] {
  const tokens = encode(text)
  if (unknown !== undefined && tokens.includes(unknown))
    throw new StageError(
      `the prompt "${text}" has words that the model's tokenizer does not know; it reads "${tokens.map((id) => tokenOf(id) ?? '?').join(' ')}"`,
      "Give prompts in the model's own words.",
    )
  if (tokens.length === 0) throw new StageError('a prompt is empty')
  return [...(bos === undefined ? [] : [bos]), ...tokens]
}

/** The one token of a word after a space, or undefined where it is several or unknown. */
export function wordToken(word: string, { encode, unknown }: TextTokenizer): number | undefined {
  const [token, ...more] = encode(` ${word}`)
  return more.length > 0 || token === unknown ? undefined : token
}
