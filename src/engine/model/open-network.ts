import { openSession } from '../runtime/ort-session.ts'
import type { Session, Tensor } from '../runtime/session.ts'
import { ModelError } from './config-fields.ts'
import { shapesOf } from './decoder.ts'
import { loadWeights } from './load-weights.ts'
import type { Network, Port, Sizes } from './network.ts'
import { shapeAt } from './network.ts'
import type { NetworkGraph } from './network-graph.ts'
import { networkGraph } from './network-graph.ts'
import { loadNetworkWeights, readNetwork } from './read-network.ts'
import type { Weights } from './weights.ts'
import { makeWeights } from './weights.ts'

/** Inputs of many examples, one after the other: numbers for a vector or image, token numbers for a sequence. */
export interface ExampleInputs {
  readonly data: Float32Array | Int32Array
  readonly examples: number
}

/** Float values of many examples: [examples, …shape]. */
export interface ExampleValues {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** A network ready to be evaluated, on weights that can be exchanged. Closed by `close()`. */
export interface OpenNetwork {
  readonly network: Network
  /** The values that are used; change them in place, or by `loadWeights`. */
  readonly weights: Weights
  /** Exchanges the weights for those of a safetensors file. Throws {@link ModelError}. */
  loadWeights(file: string): Promise<void>
  /** Outputs or hook points by name, at every example. Throws {@link ModelError} where inputs or names do not fit. */
  values(inputs: ExampleInputs, names: readonly string[]): Promise<ReadonlyMap<string, ExampleValues>>
  close(): Promise<void>
}

export interface OpenNetworkOptions {
  readonly threads: number
  /** `null`: none yet, all zero. Left out: the model's own. */
  readonly weights?: null
  /** Memory that holds the weights, of as many floats as there are parameters; left out: memory of its own. */
  readonly flat?: Float32Array
}

/** Opens the model folder of a network of any kind. Throws {@link ModelError}. */
export async function openNetwork(
  folder: string,
  { threads, weights, flat }: OpenNetworkOptions,
): Promise<OpenNetwork> {
  const network = await readNetwork(folder)
  const values = makeWeights(shapesOf(network), flat)
  if (weights === undefined) await loadNetworkWeights(folder, network, values)
  return new SessionNetwork(network, values, threads)
}

/** Numbers of inputs and of values that are held at once. */
const mostNumbers = 2 ** 22
const mostExamples = 256

class SessionNetwork implements OpenNetwork {
  readonly network: Network
  readonly weights: Weights
  readonly #threads: number
  readonly #sessions = new Map<string, Promise<{ session: Session; graph: NetworkGraph }>>()

  constructor(network: Network, weights: Weights, threads: number) {
    this.network = network
    this.weights = weights
    this.#threads = threads
  }

  loadWeights(file: string): Promise<void> {
    return loadWeights(file, { decoder: this.network, weights: this.weights })
  }

  async values(inputs: ExampleInputs, names: readonly string[]): Promise<ReadonlyMap<string, ExampleValues>> {
    const [name, port] = onlyInput(this.network)
    const length = lengthOf(inputs, port)
    checkTokens(inputs, port)
    const each = inputs.data.length / inputs.examples
    const most = Math.max(1, Math.min(mostExamples, Math.floor(mostNumbers / each)))
    const batch = this.network.batch ?? Math.min(inputs.examples, most)
    const sizes = { batch, ...(length === undefined ? {} : { length }) }
    const { session, graph } = await this.#session(sizes, names)
    const shape = shapeAt(port, sizes)
    const found = new Map<string, ExampleValues>()
    for (let first = 0; first < inputs.examples; first += batch) {
      const here = Math.min(batch, inputs.examples - first)
      const data = feed(inputs.data.subarray(first * each, (first + here) * each), port, batch * each)
      const given: Tensor = { type: port.type, shape, data }
      const results = await session.run({ ...Object.fromEntries(this.weights.tensors), [name]: given })
      for (const [wanted, as] of graph.names)
        gather(found, wanted, { result: results[as]!, first, here, batch, inputs })
    }
    return found
  }

  #session(sizes: Sizes, names: readonly string[]): Promise<{ session: Session; graph: NetworkGraph }> {
    const key = JSON.stringify([sizes, names])
    const found = this.#sessions.get(key)
    if (found !== undefined) return found
    const graph = networkGraph(this.network, sizes, names)
    const made = openSession(graph.graph, { threads: this.#threads }).then((session) => ({ session, graph }))
    this.#sessions.set(key, made)
    return made
  }

  async close(): Promise<void> {
    for (const one of this.#sessions.values()) await (await one).session.close()
    this.#sessions.clear()
  }
}

/** The input of a network that has one. Throws {@link ModelError}. */
export function onlyInput({ inputs }: Network): [string, Port] {
  const [first, ...more] = inputs
  if (first === undefined || more.length > 0)
    throw new ModelError(
      `the network has ${inputs.size} inputs (${[...inputs.keys()].join(', ')}); examples are given to networks with one`,
    )
  return first
}

/** The length of sequences where the port leaves it open. Throws {@link ModelError} where the examples do not fit. */
export function lengthOf({ data, examples }: ExampleInputs, { shape, type }: Port): number | undefined {
  const each = data.length / examples
  // The first axis is that of examples, also where the file fixes how many it takes at once.
  const fixed = shape.slice(1).reduce<number>((n, axis) => (typeof axis === 'number' ? n * axis : n), 1)
  const isOpen = shape.includes('length')
  if (type === 'float32' ? data instanceof Int32Array : data instanceof Float32Array)
    throw new ModelError(
      type === 'float32'
        ? 'the network reads numbers, the examples hold token numbers; read them with inputs: numbers'
        : 'the network reads token numbers, the examples hold numbers; read them with inputs: tokens',
    )
  if (isOpen ? each % fixed !== 0 : each !== fixed)
    throw new ModelError(
      `an example has ${each} numbers, the network reads ${isOpen ? `a multiple of ${fixed}` : `${fixed} ([${shape.slice(1).join(', ')}])`}`,
    )
  return isOpen ? each / fixed : undefined
}

/** Throws {@link ModelError} for a token that the network does not know: reading past its table would be a wrong number. */
export function checkTokens({ data }: ExampleInputs, { below = Infinity }: Port): void {
  if (data instanceof Float32Array) return
  const wrong = data.findIndex((token) => token < 0 || token >= below)
  if (wrong >= 0) throw new ModelError(`token ${data[wrong]} is outside the network's ${below} tokens`)
}

/** The numbers as the graph takes them, padded with zeros to `size`. */
export function feed(data: Float32Array | Int32Array, { type }: Port, size: number): Tensor['data'] {
  if (type === 'int64') {
    const wide = new BigInt64Array(size)
    for (let i = 0; i < data.length; i++) wide[i] = BigInt(data[i]!)
    return wide
  }
  const padded = type === 'int32' ? new Int32Array(size) : new Float32Array(size)
  padded.set(data)
  return padded
}

interface Gathered {
  readonly result: Tensor
  readonly first: number
  readonly here: number
  readonly batch: number
  readonly inputs: ExampleInputs
}

function gather(
  found: Map<string, ExampleValues>,
  name: string,
  { result, first, here, batch, inputs }: Gathered,
): void {
  if (result.shape[0] !== batch && result.data.length % batch !== 0)
    throw new ModelError(`"${name}" has shape [${result.shape.join(', ')}], not one part for each example`)
  const each = result.data.length / batch
  // An inner value may have rows for examples and positions side by side.
  const shape = result.shape[0] === batch ? result.shape.slice(1) : [result.shape[0]! / batch, ...result.shape.slice(1)]
  if (!found.has(name))
    found.set(name, { data: new Float32Array(inputs.examples * each), shape: [inputs.examples, ...shape] })
  found.get(name)!.data.set((result.data as Float32Array).subarray(0, here * each), first * each)
}
