import { chosenDevice } from '../runtime/device.ts'
import { openSession } from '../runtime/ort-session.ts'
import { SessionThread } from '../runtime/session-thread.ts'
import type { Session } from '../runtime/session.ts'
import type { Decoder } from './decoder.ts'
import { decoderSize, shapesOf } from './decoder.ts'
import type { Differentiable } from './differentiable-network.ts'
import { predicted, SequenceFeeds, type Batch } from './sequence-feeds.ts'
import { Slopes, type FlatArrays } from './slopes.ts'
import { trainingGraph } from './training-graph.ts'
import type { Weights } from './weights.ts'
import { makeWeights } from './weights.ts'

export type { Batch } from './sequence-feeds.ts'

export interface DifferentiableOptions {
  readonly batch: number
  /** Tokens of a sequence as given, the last of which is only predicted. */
  readonly length: number
  readonly threads: number
  /** Memory to use, of as many floats as there are parameters; left out: memory of its own. */
  readonly arrays?: FlatArrays
}

/** Parameters up to which a batch is taken in halves: copies of weights and gradient for a second thread are cheap then. */
const mostInHalves = 2 ** 23
/** Predicted tokens of a half that are worth a run of their own. */
const leastOfHalf = 256

/**
 * Mean loss and its gradient over batches of one shape, in arrays that are used again: `weights.flat` in, `gradient` out.
 *
 * With two threads or more, a large batch of a small model is two runs beside each other, of half of the sequences each,
 * whose gradients are added: that takes half the time, where the many small operators of one run gain next to nothing
 * from a second thread. The last bits are others than with one thread.
 */
export class DifferentiableModel implements Differentiable<Batch> {
  readonly weights: Weights
  readonly gradient: Float32Array
  readonly #length: number
  readonly #session: Session
  readonly #slopes: Slopes
  readonly #feeds: SequenceFeeds
  readonly #second: SecondHalf | undefined

  private constructor(inside: Inside) {
    this.weights = inside.weights
    this.gradient = inside.slopes.flat
    this.#length = inside.length
    this.#session = inside.session
    this.#slopes = inside.slopes
    this.#feeds = inside.feeds
    this.#second = inside.second
  }

  static async open(
    decoder: Decoder,
    { batch, length, threads, arrays }: DifferentiableOptions,
  ): Promise<DifferentiableModel> {
    const isHalved = threads > 1 && inHalves(decoder, { batch, length })
    const shape = { batch: isHalved ? batch / 2 : batch, length: length - 1 }
    const training = trainingGraph(decoder, shape)
    const shapes = shapesOf(decoder)
    const own = isHalved ? Math.ceil(threads / 2) : threads
    const inside = {
      length,
      weights: makeWeights(shapes, arrays?.weights),
      slopes: new Slopes(training, shapes, arrays),
      feeds: new SequenceFeeds(shape),
      session: await openSession(training.graph, { threads: own }),
    }
    if (!isHalved) return new DifferentiableModel(inside)
    const thread = await SessionThread.open(training.graph, { threads: threads - own })
    const second = { first: batch / 2, feeds: new SequenceFeeds(shape), thread }
    return new DifferentiableModel({ ...inside, second })
  }

  /** Mean loss in nats a token at the present weights; fills `gradient`. */
  async run(batch: Batch): Promise<number> {
    const second = this.#second
    const count = predicted(batch, this.#length)
    this.#feeds.take(batch, { first: 0, count })
    second?.feeds.take(batch, { first: second.first, count })
    const weights = Object.fromEntries(this.weights.tensors)
    second?.thread.begin({ ...weights, ...second.feeds.tensors })
    try {
      await this.#session.run({ ...weights, ...this.#feeds.tensors }, this.#slopes.into)
    } catch (error) {
      second?.thread.end()
      throw error
    }
    const loss = this.#slopes.finish(this.#feeds)
    if (second === undefined) return loss
    second.thread.end()
    return loss + this.#slopes.add(second.thread.outputs, second.feeds)
  }

  async close(): Promise<void> {
    await this.#session.close()
    await this.#second?.thread.close()
  }
}

interface Inside {
  readonly length: number
  readonly session: Session
  readonly slopes: Slopes
  readonly feeds: SequenceFeeds
  readonly weights: Weights
  readonly second?: SecondHalf
}

interface SecondHalf {
  /** The sequence it begins with. */
  readonly first: number
  readonly feeds: SequenceFeeds
  readonly thread: SessionThread
}

/** Other devices have parallelism of their own. */
const inHalves = (decoder: Decoder, { batch, length }: { readonly batch: number; readonly length: number }): boolean =>
  batch % 2 === 0 &&
  (batch / 2) * (length - 1) >= leastOfHalf &&
  decoderSize(decoder) <= mostInHalves &&
  chosenDevice() === 'cpu'
