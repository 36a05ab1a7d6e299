import type { LanguageModel } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { Reading } from '../series.ts'

/** Summed loss and number of predicted tokens of each sequence. */
export interface SequenceLosses {
  /** Nats, [sequences]. */
  readonly nats: Float64Array
  /** Predicted tokens, [sequences]. */
  readonly tokens: Int32Array
}

/** As much of a model as measuring takes. */
export type MeasuredModel = Pick<LanguageModel, 'context' | 'vocabulary' | 'tokenLosses' | 'loadWeights' | 'close'>

/** Throws StageError where the data does not fit the model: sequences beyond its context, or other tokens. */
export function checkFits(
  { length, vocabulary }: Pick<Dataset, 'length' | 'vocabulary'>,
  model: Pick<LanguageModel, 'context' | 'vocabulary'>,
): void {
  if (length - 1 > model.context)
    throw new StageError(
      `the sequences of the data have ${length} tokens; the model takes ${model.context} and the one after them`,
      'Give the text stage a smaller length.',
    )
  if (vocabulary > model.vocabulary)
    throw new StageError(
      `the data has a vocabulary of ${vocabulary}, the model of ${model.vocabulary}`,
      "Tokenise the text with the model's own tokenizer.",
    )
}

/** The model's cross-entropy on each sequence, over the tokens that the mask marks as predicted; sums in double precision. */
export async function sequenceLosses(
  model: Pick<LanguageModel, 'context' | 'vocabulary' | 'tokenLosses'>,
  data: Dataset,
): Promise<SequenceLosses> {
  const { sequences, length, tokens, mask } = data
  checkFits(data, model)
  const losses = await model.tokenLosses(tokens, length)
  const result = { nats: new Float64Array(sequences), tokens: new Int32Array(sequences) }
  for (let i = 0; i < sequences; i++)
    for (let t = 1; t < length; t++) {
      if (mask[i * length + t] === 0) continue
      result.nats[i] = (result.nats[i] as number) + (losses[i * (length - 1) + t - 1] as number)
      result.tokens[i] = (result.tokens[i] as number) + 1
    }
  return result
}

/** Losses of the same sequences, averaged over models. Throws where there is none. */
export function meanOverModels(models: readonly SequenceLosses[]): SequenceLosses {
  const [first] = models
  if (first === undefined) throw new StageError('there is no model to measure')
  const nats = new Float64Array(first.nats.length)
  for (const one of models) one.nats.forEach((value, i) => (nats[i]! += value / models.length))
  return { nats, tokens: first.tokens }
}

/**
 * Mean per token and its standard error, sequences being independent and tokens within one not: the ratio of two sums,
 * se² = n/(n−1) Σ (nats_i − mean · tokens_i)² / (Σ tokens)² (Cochran, "Sampling Techniques", 2.11).
 */
export function meanPerToken({ nats, tokens }: SequenceLosses): Reading {
  const total = tokens.reduce((sum, count) => sum + count, 0)
  const mean = nats.reduce((sum, value) => sum + value, 0) / total
  const n = nats.length
  const squares = nats.reduce((sum, value, i) => sum + (value - mean * (tokens[i] as number)) ** 2, 0)
  return { mean, error: n > 1 ? Math.sqrt((n / (n - 1)) * squares) / total : 0 }
}
