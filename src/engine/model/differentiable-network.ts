import { openSession } from '../runtime/ort-session.ts'
import type { Session, Tensor } from '../runtime/session.ts'
import { ModelError } from './config-fields.ts'
import { shapesOf } from './decoder.ts'
import type { Network, Port } from './network.ts'
import { shapeAt } from './network.ts'
import type { Objective } from './objective.ts'
import { objectiveGraph, type ObjectiveGraph } from './objective.ts'
import { checkTokens, feed, lengthOf, onlyInput } from './open-network.ts'
import type { Weights } from './weights.ts'
import { makeWeights } from './weights.ts'

/** Mean loss and its gradient over batches, in arrays that are used again: `weights.flat` in, `gradient` out. */
export interface Differentiable<B> {
  readonly weights: Weights
  readonly gradient: Float32Array
  /** The mean loss of the batch at the present weights; fills `gradient`. */
  run(batch: B): Promise<number>
  close(): Promise<void>
}

/** Examples with their answers. */
export interface ExampleBatch {
  readonly inputs: Float32Array | Int32Array
  /** Classes, or numbers side by side; empty where the objective has no targets. */
  readonly targets: Int32Array | Float32Array
  /** How much each example counts, 0 for padding; left out: all the same. The loss is the mean weighted by it. */
  readonly counts?: Float32Array
}

export interface DifferentiableNetworkOptions {
  readonly objective: Objective
  /** Examples in a batch. */
  readonly batch: number
  /** Numbers of one example's input. */
  readonly each: number
  /** Examples that the graph takes at once; the gradients of several goes are added up. Left out: the whole batch. */
  readonly atOnce?: number
  readonly threads: number
  /** Memory to use, of as many floats as there are parameters; left out: memory of its own. */
  readonly arrays?: { readonly weights: Float32Array; readonly gradient: Float32Array }
}

/** The mean over a batch of any network's objective, and its gradient. */
export class DifferentiableNetwork implements Differentiable<ExampleBatch> {
  readonly weights: Weights
  readonly gradient: Float32Array
  readonly #session: Session
  readonly #graph: ObjectiveGraph
  readonly #input: readonly [string, Port]
  readonly #shape: readonly number[]
  readonly #options: DifferentiableNetworkOptions & { readonly atOnce: number }
  readonly #parts: Weights
  readonly #into: Readonly<Record<string, Tensor>>
  readonly #loss = new Float32Array(1)

  private constructor(session: Session, graph: ObjectiveGraph, { network, shape, options }: Inside) {
    const shapes = shapesOf(network)
    this.#session = session
    this.#graph = graph
    this.#input = onlyInput(network)
    this.#shape = shape
    this.#options = options
    this.weights = makeWeights(shapes, options.arrays?.weights)
    const slopes = makeWeights(shapes, options.arrays?.gradient)
    this.gradient = slopes.flat
    this.#parts = options.atOnce === options.batch ? slopes : makeWeights(shapes)
    const named = [...this.#parts.tensors].map(([name, tensor]): [string, Tensor] => [
      graph.gradients.get(name)!,
      tensor,
    ])
    this.#into = { 'objective.loss': { type: 'float32', shape: [], data: this.#loss }, ...Object.fromEntries(named) }
  }

  /** Throws {@link ModelError} where inputs and network do not fit, NoGradientError where an operator has no rule. */
  static async open(network: Network, given: DifferentiableNetworkOptions): Promise<DifferentiableNetwork> {
    const { batch, each, objective, threads } = given
    const [, port] = onlyInput(network)
    const atOnce = network.batch ?? given.atOnce ?? batch
    if (batch % atOnce !== 0)
      throw new ModelError(
        `a batch of ${batch} examples cannot be taken ${atOnce} at once; give a batch that is a multiple of ${atOnce}`,
      )
    const probe = port.type === 'float32' ? new Float32Array(each) : new Int32Array(each)
    const length = lengthOf({ data: probe, examples: 1 }, port)
    const sizes = { batch: atOnce, ...(length === undefined ? {} : { length }) }
    const graph = objectiveGraph(network, { sizes, objective, want: 'gradient' })
    const session = await openSession(graph.graph, { threads })
    return new DifferentiableNetwork(session, graph, {
      network,
      shape: shapeAt(port, sizes),
      options: { ...given, atOnce },
    })
  }

  async run({ inputs, targets, counts }: ExampleBatch): Promise<number> {
    const { batch, each, atOnce } = this.#options
    const { width } = this.#graph
    if (inputs.length !== batch * each || (width > 0 && targets.length !== batch * width))
      throw new ModelError(
        `a batch of ${batch} examples has ${batch * each} inputs and ${batch * width} targets; given are ${inputs.length} and ${targets.length}`,
      )
    checkTokens({ data: inputs, examples: batch }, this.#input[1])
    const total = counts?.reduce((sum, count) => sum + count, 0) ?? batch
    const shares = (counts ?? new Float32Array(batch).fill(1)).map((count) => count / total)
    if (atOnce === batch) return this.#pass({ inputs, targets, counts: shares })
    let loss = 0
    this.gradient.fill(0)
    for (let first = 0; first < batch; first += atOnce) {
      const part = <T extends Float32Array | Int32Array>(data: T, size: number): T =>
        data.subarray(first * size, (first + atOnce) * size) as T
      loss += await this.#pass({
        inputs: part(inputs, each),
        targets: part(targets, width),
        counts: part(shares, 1),
      })
      for (let i = 0; i < this.gradient.length; i++) this.gradient[i]! += this.#parts.flat[i]!
    }
    return loss
  }

  async #pass({ inputs, targets, counts }: Required<ExampleBatch>): Promise<number> {
    const { atOnce } = this.#options
    const [name, port] = this.#input
    const feeds: Record<string, Tensor> = {
      ...Object.fromEntries(this.weights.tensors),
      [name]: { type: port.type, shape: this.#shape, data: feed(inputs, port, inputs.length) },
      'objective.weight': { type: 'float32', shape: [atOnce], data: counts },
    }
    const { width } = this.#graph
    if (width > 0)
      feeds['objective.targets'] =
        targets instanceof Int32Array
          ? { type: 'int64', shape: [atOnce, 1], data: BigInt64Array.from(targets, BigInt) }
          : { type: 'float32', shape: [atOnce, width], data: targets }
    await this.#session.run(feeds, this.#into)
    return this.#loss[0]!
  }

  close(): Promise<void> {
    return this.#session.close()
  }
}

interface Inside {
  readonly network: Network
  readonly shape: readonly number[]
  readonly options: DifferentiableNetworkOptions & { readonly atOnce: number }
}
