/** An ONNX graph as plain, immutable data with static shapes: what every pass of the engine reads and makes. */
export type ElementType = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int8' | 'bool'
export interface ValueType {
  readonly type: ElementType
  readonly shape: readonly number[]
}
export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | Int8Array
export interface ConstantTensor extends ValueType {
  readonly data: TensorData
}

/** ONNX attributes, tagged by the protobuf field they go into. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: ConstantTensor }
  | { readonly graph: Subgraph }
export type Attributes = Readonly<Record<string, Attribute>>

/** The body of an `If`, `Loop` or `Scan`: carried along to be run, not differentiated; its types are the runtime's care. */
export interface Subgraph {
  readonly name: string
  readonly inputs: readonly BodyInput[]
  readonly outputs: readonly string[]
  readonly constants: ReadonlyMap<string, ConstantTensor>
  readonly nodes: readonly GraphNode[]
}
/** An input of a body as its file declares it; sizes may be named or left open. */
export interface BodyInput {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly (number | string | null)[] | null
}

export interface GraphNode {
  /** Operator; one of another domain than ONNX's own carries it in front: `com.microsoft.FastGelu`. */
  readonly op: string
  readonly name: string
  /** Names of values; `''` for an optional input that is absent. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
  /** Values of the graph around it that the node's subgraphs read; it depends on them as on its inputs. */
  readonly captures?: readonly string[]
}

export interface Graph {
  readonly name: string
  readonly opset: number
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly constants: ReadonlyMap<string, ConstantTensor>
  /** In topological order. */
  readonly nodes: readonly GraphNode[]
  /** Type of every value; only a value behind an operator without a shape rule, from a file, may be missing. */
  readonly types: ReadonlyMap<string, ValueType>
  /** Versions of the operator sets of other domains that nodes use. */
  readonly domains?: ReadonlyMap<string, number>
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)

/** An operator used in a way that ONNX or this engine does not allow; names node and operator. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
}
