import { Type } from '@sinclair/typebox'
import { tokenLoss } from '../prompts.ts'
import type { PromptPair } from './prompt-pairs.ts'

/** How well a prompt is answered, from the logits after it. */
export const scores = {
  'logit-difference': {
    unit: 'logits',
    description: 'mean logit of the answers less that of the wrong ones',
    of: (logits: Float32Array, { answers, wrong }: PromptPair) =>
      meanOver(answers, (token) => logits[token]!) - meanOver(wrong, (token) => logits[token]!),
  },
  'probability-difference': {
    unit: 'dimensionless',
    description: 'total probability of the answers less that of the wrong ones',
    of: (logits: Float32Array, { answers, wrong }: PromptPair) =>
      total(answers, (token) => probability(logits, token)) - total(wrong, (token) => probability(logits, token)),
  },
  probability: {
    unit: 'probability',
    description: 'total probability of the answers',
    of: (logits: Float32Array, { answers }: PromptPair) => total(answers, (token) => probability(logits, token)),
  },
} as const satisfies Record<string, Score & { description: string }>

export type ScoreName = keyof typeof scores
interface Score {
  readonly unit: string
  of(logits: Float32Array, pair: PromptPair): number
}

const names = Object.keys(scores) as ScoreName[]

/** The parameter that chooses one. */
export const scoreParam = Type.Union(
  names.map((name) => Type.Literal(name)),
  {
    default: 'logit-difference',
    description: `What is measured: ${names.map((name) => `${name}, ${scores[name].description}`).join('; ')}`,
  },
)

const probability = (logits: Float32Array, token: number): number => Math.exp(-tokenLoss(logits, token))
const total = (tokens: readonly number[], value: (token: number) => number): number =>
  tokens.reduce((sum, token) => sum + value(token), 0)
const meanOver = (tokens: readonly number[], value: (token: number) => number): number =>
  total(tokens, value) / tokens.length
