import type { LanguageModel } from '../../../engine/model/language-model.ts'
import type { HookedNetwork } from '../../../engine/intervention/hooked-network.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { packPrompts } from '../prompts.ts'
import type { PromptPair } from './prompt-pairs.ts'

/** All pairs side by side; what follows a prompt is padding, which a causal model does not see. */
export interface PairBatch {
  readonly pairs: readonly PromptPair[]
  readonly length: number
  /** Row-major [pairs, length]. */
  readonly clean: Int32Array
  readonly corrupt: Int32Array
  /** Index of each prompt's last token. */
  readonly positions: Int32Array
}

export function packPairs(pairs: readonly PromptPair[]): PairBatch {
  const clean = packPrompts(
    pairs.map((pair) => pair.clean),
    0,
  )
  const corrupt = packPrompts(
    pairs.map((pair) => pair.corrupt),
    0,
  )
  return { pairs, length: clean.length, clean: clean.tokens, corrupt: corrupt.tokens, positions: clean.positions }
}

/** The model's named values. Throws StageError where it has none, or the prompts do not fit it. */
export function hookedFor(model: LanguageModel, { length, pairs }: PairBatch): HookedNetwork {
  const { hooked } = model
  if (hooked === undefined) throw new StageError('this model has no hook points to read or to change')
  if (length > model.context)
    throw new StageError(`a prompt has ${length} tokens; the model takes ${model.context} at most`)
  const most = pairs.reduce((top, { answers, wrong }) => Math.max(top, ...answers, ...wrong), 0)
  if (most >= hooked.outputs)
    throw new StageError(
      `an answer is token ${most}, outside the model's ${hooked.outputs} answers`,
      'The pairs were made with the tokenizer of another model.',
    )
  return hooked
}
