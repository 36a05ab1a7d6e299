import { sizeOf, type TensorData } from '../onnx/graph.ts'
import type { Tensor } from '../runtime/session.ts'
import type { SparseRows, TrainingGraph } from './training-graph.ts'
import { makeWeights } from './weights.ts'

/** Numbers of the rows that a run's tokens and targets look up. */
export type RowIds = Readonly<Record<SparseRows['ids'], BigInt64Array>>

/** Memory of a model's parameters and of its gradient, each side by side. */
export interface FlatArrays {
  readonly weights: Float32Array
  readonly gradient: Float32Array
  /** gradient[first + i] += values[i], where that can be had faster than by a loop. */
  addToGradient?(first: number, values: Float32Array): void
}

/** Where the outputs of a training graph go: its loss, and the gradient in one flat array. */
export class Slopes {
  /** ∂loss/∂parameters, side by side. */
  readonly flat: Float32Array
  /** An array for each output of the graph. */
  readonly into: Readonly<Record<string, Tensor>>
  /** Outputs that are parts of the gradient as they are. */
  readonly #dense: readonly string[]
  readonly #sparse: readonly (SparseRows & { readonly into: Float32Array })[]
  /** Parts of the gradient that no output writes, cleared before rows are added. */
  readonly #cleared: readonly Float32Array[]

  readonly #addTo: NonNullable<FlatArrays['addToGradient']>

  /** `arrays`: memory to use; left out: memory of its own. */
  constructor(
    { graph: { types }, gradients, sparse }: TrainingGraph,
    shapes: ReadonlyMap<string, readonly number[]>,
    arrays?: FlatArrays,
  ) {
    const slopes = makeWeights(shapes, arrays?.gradient)
    const arrayOf = (parameter: string): Float32Array => slopes.tensors.get(parameter)!.data as Float32Array
    const into: Record<string, Tensor> = { loss: { type: 'float32', shape: [], data: new Float32Array(1) } }
    for (const [name, outputs] of gradients) {
      let at = 0
      for (const output of outputs) {
        const { shape } = types.get(output)!
        into[output] = { type: 'float32', shape, data: arrayOf(name).subarray(at, (at += sizeOf(shape))) }
      }
    }
    for (const { values } of sparse) {
      const { shape } = types.get(values)!
      into[values] = { type: 'float32', shape, data: new Float32Array(sizeOf(shape)) }
    }
    this.flat = slopes.flat
    this.#addTo = arrays?.addToGradient?.bind(arrays) ?? addTo(slopes.flat)
    this.into = into
    this.#dense = [...gradients.values()].flat()
    this.#sparse = sparse.map((part) => ({ ...part, into: arrayOf(part.parameter) }))
    this.#cleared = [...shapes.keys()].filter((name) => !gradients.has(name)).map(arrayOf)
  }

  /** What the graph's outputs hold, by name. */
  get outputs(): ReadonlyMap<string, TensorData> {
    return new Map(Object.entries(this.into).map(([name, { data }]) => [name, data]))
  }

  /** Makes the gradient whole after a run into {@link into}; the run's loss. */
  finish(ids: RowIds): number {
    for (const part of this.#cleared) part.fill(0)
    this.#addRows(this.outputs, ids)
    return (this.into['loss']!.data as Float32Array)[0]!
  }

  /** Adds the gradient of another run of the same graph, whose outputs are given; that run's loss. */
  add(outputs: ReadonlyMap<string, TensorData>, ids: RowIds): number {
    for (const name of this.#dense) {
      const { byteOffset } = this.into[name]!.data
      this.#addTo(
        (byteOffset - this.flat.byteOffset) / Float32Array.BYTES_PER_ELEMENT,
        outputs.get(name) as Float32Array,
      )
    }
    this.#addRows(outputs, ids)
    return (outputs.get('loss') as Float32Array)[0]!
  }

  #addRows(outputs: ReadonlyMap<string, TensorData>, ids: RowIds): void {
    for (const { ids: which, sign, values, into } of this.#sparse)
      addRows(into, { ids: ids[which], sign, from: outputs.get(values) as Float32Array })
  }
}

const addTo =
  (flat: Float32Array) =>
  (first: number, values: Float32Array): void => {
    for (let i = 0; i < values.length; i++) flat[first + i]! += values[i]!
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
