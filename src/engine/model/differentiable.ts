import { sizeOf } from '../onnx/graph.ts'
import { openSession } from '../runtime/ort-session.ts'
import type { Session, Tensor } from '../runtime/session.ts'
import type { Decoder } from './decoder.ts'
import { shapesOf } from './decoder.ts'
import type { SparseRows, TrainingGraph } from './training-graph.ts'
import { trainingGraph } from './training-graph.ts'
import type { Weights } from './weights.ts'
import { makeWeights } from './weights.ts'

/** A batch of sequences: predicts token t + 1 from tokens 0…t wherever `mask` of token t + 1 is 1. */
export interface Batch {
  /** Row-major [sequences, length]. */
  readonly tokens: Int32Array
  readonly mask: Uint8Array
}

interface Arrays {
  readonly weights: Float32Array
  readonly gradient: Float32Array
}
export interface DifferentiableOptions {
  readonly batch: number
  /** Tokens of a sequence as given, the last of which is only predicted. */
  readonly length: number
  readonly threads: number
  /** Memory to use, of as many floats as there are parameters; left out: memory of its own. */
  readonly arrays?: Arrays
}
interface Inside {
  readonly shape: { readonly batch: number; readonly length: number }
  readonly training: TrainingGraph
  readonly arrays: Arrays | undefined
}

/**
 * Mean loss and its gradient over batches of one shape, in arrays that are used again: `weights.flat` in, `gradient` out.
 */
export class DifferentiableModel {
  readonly weights: Weights
  readonly gradient: Float32Array
  readonly #session: Session
  readonly #shape: { readonly batch: number; readonly length: number }
  readonly #into: Readonly<Record<string, Tensor>>
  /** Parts of the gradient that no graph output writes, cleared before each run. */
  readonly #cleared: readonly Float32Array[]
  readonly #sparse: readonly (SparseRows & { readonly into: Float32Array; readonly from: Float32Array })[]
  readonly #loss = new Float32Array(1)
  readonly #feeds: { readonly tokens: BigInt64Array; readonly targets: BigInt64Array; readonly weight: Float32Array }

  private constructor(session: Session, decoder: Decoder, { shape, training, arrays }: Inside) {
    const shapes = shapesOf(decoder)
    this.weights = makeWeights(shapes, arrays?.weights)
    const slopes = makeWeights(shapes, arrays?.gradient)
    this.gradient = slopes.flat
    this.#session = session
    this.#shape = shape
    const rows = shape.batch * shape.length
    const { gradients, sparse } = training
    const into = new Map<string, Tensor>([['loss', { type: 'float32', shape: [], data: this.#loss }]])
    for (const [name, outputs] of gradients) {
      const { data } = slopes.tensors.get(name)!
      let at = 0
      for (const output of outputs) {
        const { shape: size } = training.graph.types.get(output)!
        const next = at + sizeOf(size)
        into.set(output, { type: 'float32', shape: size, data: (data as Float32Array).subarray(at, next) })
        at = next
      }
    }
    const arrayOf = (parameter: string): Float32Array => slopes.tensors.get(parameter)!.data as Float32Array
    this.#sparse = sparse.map((part) => {
      const { shape: size } = training.graph.types.get(part.values)!
      const from = new Float32Array(sizeOf(size))
      into.set(part.values, { type: 'float32', shape: size, data: from })
      return { ...part, from, into: arrayOf(part.parameter) }
    })
    this.#into = Object.fromEntries(into)
    this.#cleared = [...shapes.keys()].filter((name) => !gradients.has(name)).map(arrayOf)
    this.#feeds = { tokens: new BigInt64Array(rows), targets: new BigInt64Array(rows), weight: new Float32Array(rows) }
  }

  static async open(
    decoder: Decoder,
    { batch, length, threads, arrays }: DifferentiableOptions,
  ): Promise<DifferentiableModel> {
    const shape = { batch, length: length - 1 }
    const training = trainingGraph(decoder, shape)
    return new DifferentiableModel(await openSession(training.graph, { threads }), decoder, { shape, training, arrays })
  }

  /** Mean loss in nats a token at the present weights; fills `gradient`. */
  async run({ tokens, mask }: Batch): Promise<number> {
    const { batch, length } = this.#shape
    const { tokens: given, targets, weight } = this.#feeds
    let count = 0
    for (let i = 0; i < batch; i++)
      for (let t = 0; t < length; t++) {
        const [from, to] = [i * (length + 1) + t, i * length + t]
        given[to] = BigInt(tokens[from]!)
        targets[to] = BigInt(tokens[from + 1]!)
        weight[to] = mask[from + 1]!
        count += mask[from + 1]!
      }
    for (let i = 0; i < weight.length; i++) weight[i]! /= count
    const rows = batch * length
    await this.#session.run(
      {
        ...Object.fromEntries(this.weights.tensors),
        tokens: { type: 'int64', shape: [batch, length], data: given },
        targets: { type: 'int64', shape: [rows, 1], data: targets },
        weight: { type: 'float32', shape: [rows], data: weight },
      },
      this.#into,
    )
    for (const part of this.#cleared) part.fill(0)
    for (const { ids, sign, from, into } of this.#sparse) addRows(into, { ids: this.#feeds[ids], sign, from })
    return this.#loss[0]!
  }

  close(): Promise<void> {
    return this.#session.close()
  }
}

/** into[ids[i]] += sign · from[i], row by row. */
function addRows(
  into: Float32Array,
  { ids, sign, from }: { readonly ids: BigInt64Array; readonly sign: 1 | -1; readonly from: Float32Array },
): void {
  const width = from.length / ids.length
  for (let i = 0, at = 0; i < ids.length; i++) {
    const row = Number(ids[i]) * width
    for (let j = 0; j < width; j++) into[row + j]! += sign * from[at++]!
  }
}
