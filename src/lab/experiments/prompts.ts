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

/** Logits held at once: 256 MiB of fp32. The prompts of a large experiment would have tens of gigabytes of them. */
const mostLogits = 2 ** 26

/**
 * Calls `see` with the logits of the token after each prompt, in order; they are not kept. Throws StageError for prompts
 * longer than the model's context.
 */
export async function eachNextToken(
  model: LanguageModel,
  { tokens, length, positions }: PromptBatch,
  see: (logits: Float32Array, prompt: number) => void,
): Promise<void> {
  if (length > model.context)
    throw new StageError(
      `a prompt has ${length} tokens; the model takes ${model.context} at most`,
      'Ask shorter prompts, or a model with a longer context.',
    )
  const width = model.vocabulary
  const most = Math.max(1, Math.floor(mostLogits / width))
  for (let first = 0; first < positions.length; first += most) {
    const here = positions.subarray(first, first + most)
    const some = tokens.subarray(first * length, (first + here.length) * length)
    const logits = await model.logitsAt(some, length, here)
    for (let i = 0; i < here.length; i++) see(logits.subarray(i * width, (i + 1) * width), first + i)
  }
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
