import type { OpenNetwork } from '../../engine/model/open-network.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { StageError } from '../../stage/stage-context.ts'

/** Logits of every predicted token of some sequences, with the constant that makes them log-probabilities. */
export interface Predictions {
  /** Row-major [sequences · (length − 1), vocabulary]. */
  readonly logits: Float32Array
  /** ln Σ exp(logit) of each row, in double precision. */
  readonly normalisers: Float64Array
  readonly vocabulary: number
}

/** Logits held at once: 64 MiB of fp32. */
const mostLogits = 2 ** 24

/** How many sequences of the dataset to predict at once. */
export const atOnce = ({ length, vocabulary, sequences }: Dataset): number =>
  Math.max(1, Math.min(sequences, Math.floor(mostLogits / (length * vocabulary))))

/**
 * What the network predicts after each token but the last, for `count` sequences from `first` on. Row
 * i · (length − 1) + t is the prediction of token t + 1 of sequence first + i. Throws StageError for a network that does
 * not give logits over tokens.
 */
export async function predict(
  opened: OpenNetwork,
  data: Dataset,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<Predictions> {
  const { tokens, length } = data
  const steps = length - 1
  const given = new Int32Array(count * steps)
  for (let i = 0; i < count; i++)
    given.set(tokens.subarray((first + i) * length, (first + i) * length + steps), i * steps)
  const logits = (await opened.values({ data: given, examples: count }, ['logits'])).get('logits')
  if (logits === undefined || logits.data.length % (count * steps) !== 0)
    throw new StageError('this needs a language model, which predicts a token after each token')
  const vocabulary = logits.data.length / (count * steps)
  const normalisers = Float64Array.from({ length: count * steps }, (_, row) =>
    normaliser(logits.data.subarray(row * vocabulary, (row + 1) * vocabulary)),
  )
  return { logits: logits.data, normalisers, vocabulary }
}

/** ln Σ exp, without overflow. */
function normaliser(logits: Float32Array): number {
  let most = -Infinity
  for (const logit of logits) if (logit > most) most = logit
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - most)
  return most + Math.log(sum)
}

/** −ln p of a token in a row, nats. */
export const lossAt = ({ logits, normalisers, vocabulary }: Predictions, row: number, token: number): number =>
  normalisers[row]! - logits[row * vocabulary + token]!

/** KL(p ‖ q) = Σ p ln(p/q) of one row, nats. */
export function divergence(p: Predictions, q: Predictions, row: number): number {
  const { vocabulary } = p
  const shift = q.normalisers[row]! - p.normalisers[row]!
  let sum = 0
  for (let i = row * vocabulary; i < (row + 1) * vocabulary; i++) {
    const probability = Math.exp(p.logits[i]! - p.normalisers[row]!)
    sum += probability * (p.logits[i]! - q.logits[i]! + shift)
  }
  return sum
}
