import type { GraphBuilder, Value } from '../onnx/builder.ts'
import type { ElementType } from '../onnx/graph.ts'
import type { Decoder, Parameter } from './decoder.ts'
import type { StoredLayout } from './stored-layout.ts'

/** Size along one axis: fixed by the network, or chosen by whoever builds its graph. */
export type Axis = number | 'batch' | 'length'

/** A named input or output. */
export interface Port {
  readonly type: ElementType
  readonly shape: readonly Axis[]
  /** For token numbers: each is below this. */
  readonly below?: number
}

/**
 * A network of any kind: named parameters, named inputs and outputs, and a graph that it builds at the sizes asked for.
 * Values inside the graph that have names of their own (`blocks.0.hook_resid_post`, `layers.0.post`, or an ONNX file's
 * names) are hook points, to be asked for like outputs.
 */
export interface Network extends StoredLayout {
  /** As in the `model_type` of `config.json`; `onnx` for an ONNX file. */
  readonly type: string
  /** In the order they lie side by side in memory. */
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly inputs: ReadonlyMap<string, Port>
  /** Names; the first is what the network answers. */
  readonly outputs: readonly string[]
  /** Examples its graph takes at once, where that cannot be chosen. */
  readonly batch?: number
  /** The parameters' values that come with the network itself, such as those inside an ONNX file. */
  readonly own?: ReadonlyMap<string, Float32Array>
  /** The decoder it is, with its layers and heads, where it is one. */
  readonly decoder?: Decoder
  /** Begins a graph with the network in it: its inputs, its parameters as inputs of their own, and its outputs. */
  begin(sizes: Sizes): Begun
}

/** A graph with a network in it, to which more can be added. */
export interface Begun {
  readonly g: GraphBuilder
  readonly outputs: ReadonlyMap<string, Value>
}

/** What a network that is built here, and not read from a file, adds its nodes to. */
export interface NetworkUse {
  readonly g: GraphBuilder
  readonly inputs: ReadonlyMap<string, Value>
  readonly weights: ReadonlyMap<string, Value>
}

export interface Sizes {
  readonly batch: number
  /** For networks that have an axis `length`. */
  readonly length?: number
}

/** The shape of a port at the sizes given. Throws RangeError where a length is needed and none is given. */
export function shapeAt({ shape }: Port, { batch, length }: Sizes): number[] {
  return shape.map((axis) => {
    if (typeof axis === 'number') return axis
    const size = axis === 'batch' ? batch : length
    if (size === undefined) throw new RangeError('this network reads sequences, and no length was given')
    return size
  })
}
