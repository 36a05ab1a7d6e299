import { largest } from '../../base/largest.ts'
import type { LanguageModel } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'

/** Prompts of different lengths side by side. What follows a prompt is padding, which a causal model does not see. */
export interface PromptBatch {
  /** Row-major [prompts, length]. */
  readonly tokens: Int32Array
  readonly length: number
  /** Index of each prompt's last token. */
  readonly positions: Int32Array
}

/** `length` at least the longest prompt; equal lengths over batches let the model keep one graph. */
export function packPrompts(
  rows: readonly (readonly number[])[],
  pad: number,
  length = largest(rows.map((row) => row.length)),
): PromptBatch {
  const tokens = new Int32Array(rows.length * length).fill(pad)
  rows.forEach((row, i) => {
    tokens.set(row, i * length)
  })
  return { tokens, length, positions: Int32Array.from(rows, (row) => row.length - 1) }
}

/** Logits of the token after each prompt, one row a prompt. Throws StageError for prompts longer than the model's context. */
export async function nextTokenLogits(
  model: LanguageModel,
  { tokens, length, positions }: PromptBatch,
): Promise<Float32Array[]> {
  if (length > model.context)
    throw new StageError(
      `a prompt has ${length} tokens; the model takes ${model.context} at most`,
      'Ask shorter prompts, or a model with a longer context.',
    )
  const logits = await model.logitsAt(tokens, length, positions)
  return Array.from(positions, (_, i) => logits.subarray(i * model.vocabulary, (i + 1) * model.vocabulary))
}

/** −ln of the softmax probability of `token`, in double precision. */
export function tokenLoss(logits: Float32Array, token: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0)
  return Math.log(sum) + most - (logits[token] as number)
}

/** Whether no other token has a logit as high. */
export function isTop(logits: Float32Array, token: number): boolean {
  const mine = logits[token] as number
  return logits.every((logit, i) => i === token || logit < mine)
}

/** The mean of values and its standard error. */
export function meanOf(values: readonly number[]): { mean: number; error: number } {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 }
}
