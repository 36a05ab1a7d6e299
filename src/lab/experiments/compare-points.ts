import type { OpenNetwork } from '../../engine/model/open-network.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { meanPerToken } from '../scales/sequence-losses.ts'
import type { Reading } from '../series.ts'
import { atOnce, divergence, lossAt, predict, type Predictions } from './log-probabilities.ts'

export interface Comparison {
  /** Weights of the original; the network holds the degraded ones, and holds them again afterwards. */
  readonly start: Float32Array
  readonly data: Dataset
  /** Inner points of the line. */
  readonly points: number
  readonly signal: AbortSignal
}

/** Nats of each sequence, [sequences]. */
interface Sums {
  readonly ends: readonly [Float64Array, Float64Array]
  readonly inner: readonly Float64Array[]
  readonly kl: Float64Array
  readonly reverse: Float64Array
  readonly tokens: Int32Array
}

/**
 * Compares the weights in the network with the original's: losses along the straight line between them, KL both ways,
 * and how far they are apart. Errors are standard errors over sequences; each sequence is its own control, since all
 * points are measured on it. The barrier is the largest of several estimates and so a little too high where there is none.
 */
export async function comparePoints(
  opened: OpenNetwork,
  { start, data, points, signal }: Comparison,
): Promise<Record<'barrier' | 'kl' | 'reverseKl' | 'distance' | 'relativeDistance', Reading>> {
  const { flat } = opened.weights
  const end = flat.slice()
  const zeros = (): Float64Array => new Float64Array(data.sequences)
  const sums: Sums = {
    ends: [zeros(), zeros()],
    inner: Array.from({ length: points }, zeros),
    kl: zeros(),
    reverse: zeros(),
    tokens: new Int32Array(data.sequences),
  }
  const batch = atOnce(data)
  for (let first = 0; first < data.sequences; first += batch) {
    const place = { first, count: Math.min(batch, data.sequences - first) }
    const at = async (share: number): Promise<Predictions> => {
      signal.throwIfAborted()
      for (let i = 0; i < flat.length; i++) flat[i] = (1 - share) * start[i]! + share * end[i]!
      return predict(opened, data, place)
    }
    const [one, other] = [await at(0), await at(1)]
    addEnds(sums, [one, other], { data, ...place })
    for (const [j, sum] of sums.inner.entries()) addLosses(sum, await at((j + 1) / (points + 1)), { data, ...place })
  }
  flat.set(end)
  const { kl, reverse, tokens } = sums
  return {
    barrier: barrierOf(sums),
    kl: meanPerToken({ nats: kl, tokens }),
    reverseKl: meanPerToken({ nats: reverse, tokens }),
    ...distances(start, end),
  }
}

interface Place {
  readonly data: Dataset
  readonly first: number
  readonly count: number
}

/** Calls `see` for each token that counts: its sequence, its row among the predictions, and the token. */
function eachToken({ data, first, count }: Place, see: (sequence: number, row: number, token: number) => void): void {
  const { length, mask, tokens } = data
  for (let i = 0; i < count; i++)
    for (let t = 1; t < length; t++) {
      const at = (first + i) * length + t
      if (mask[at] !== 0) see(first + i, i * (length - 1) + t - 1, tokens[at]!)
    }
}

function addLosses(sum: Float64Array, predictions: Predictions, place: Place): void {
  eachToken(place, (sequence, row, token) => {
    sum[sequence]! += lossAt(predictions, row, token)
  })
}

function addEnds(sums: Sums, [one, other]: readonly [Predictions, Predictions], place: Place): void {
  eachToken(place, (sequence, row, token) => {
    sums.ends[0][sequence]! += lossAt(one, row, token)
    sums.ends[1][sequence]! += lossAt(other, row, token)
    sums.kl[sequence]! += divergence(one, other, row)
    sums.reverse[sequence]! += divergence(other, one, row)
    sums.tokens[sequence]! += 1
  })
}

/** max over the line of L(α) − [(1 − α) L(0) + α L(1)], with the error of that difference; 0 where no point lies above. */
function barrierOf({ ends, inner, tokens }: Sums): Reading {
  const rises = inner.map((nats, j) => {
    const share = (j + 1) / (inner.length + 1)
    return meanPerToken({
      nats: nats.map((value, i) => value - (1 - share) * ends[0][i]! - share * ends[1][i]!),
      tokens,
    })
  })
  // A loss that is not finite anywhere on the line is the answer: samplesOf says so.
  const highest = rises.reduce((a, b) => (b.mean > a.mean || Number.isNaN(b.mean) ? b : a))
  return highest.mean < 0 ? { mean: 0, error: highest.error } : highest
}

function distances(start: Float32Array, end: Float32Array): Record<'distance' | 'relativeDistance', Reading> {
  let [apart, length] = [0, 0]
  for (let i = 0; i < start.length; i++) {
    apart += (end[i]! - start[i]!) ** 2
    length += start[i]! ** 2
  }
  const distance = Math.sqrt(apart)
  return {
    distance: { mean: distance, error: 0 },
    relativeDistance: { mean: length === 0 ? Number.NaN : distance / Math.sqrt(length), error: 0 },
  }
}
