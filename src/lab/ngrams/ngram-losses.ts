import type { Dataset } from '../datasets/dataset.ts'
import type { SequenceLosses } from '../scales/sequence-losses.ts'
import { StageError } from '../../stage/stage-context.ts'
import { eachPrediction, type NgramModel } from './ngram-model.ts'

/** Loss of an n-gram model on each sequence, nats. Throws StageError where the data has other tokens. */
export function ngramLosses(model: NgramModel, data: Dataset): SequenceLosses {
  checkTokens(model, data)
  const losses = { nats: new Float64Array(data.sequences), tokens: new Int32Array(data.sequences) }
  const context = new Array<number>(model.head.order - 1)
  eachPrediction(data, model.head.order, (gram, sequence) => {
    for (let i = 0; i < context.length; i++) context[i] = gram[i]!
    losses.nats[sequence]! -= Math.log(model.probability(context, gram[gram.length - 1]!))
    losses.tokens[sequence]! += 1
  })
  return losses
}

/** Counts over one tokenizer's tokens say nothing of another's. */
export function checkTokens(
  { head }: NgramModel,
  { vocabulary, tokenizer }: Pick<Dataset, 'vocabulary' | 'tokenizer'>,
): void {
  if (head.vocabulary !== vocabulary)
    throw new StageError(
      `the n-grams were counted over a vocabulary of ${head.vocabulary} tokens and the data has ${vocabulary}`,
      'Tokenise both texts with the same tokenizer.',
    )
  if (head.tokenizer !== undefined && tokenizer !== undefined && head.tokenizer !== tokenizer)
    throw new StageError(
      'the n-grams were counted over the tokens of another tokenizer than the data’s, so the same numbers mean other words',
      'Tokenise both texts with the same tokenizer.',
    )
}
