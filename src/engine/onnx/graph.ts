/** An ONNX graph as plain, immutable data with static shapes: what every pass of the engine reads and makes. */
export type ElementType = 'float32' | 'float64' | 'int64' | 'int32' | 'bool'
export interface ValueType {
  readonly type: ElementType
  readonly shape: readonly number[]
}
export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array
export interface ConstantTensor extends ValueType {
  readonly data: TensorData
}

/** ONNX attributes, tagged by the protobuf field they go into. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
export type Attributes = Readonly<Record<string, Attribute>>

export interface GraphNode {
  readonly op: string
  readonly name: string
  /** Names of values; `''` for an optional input that is absent. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

export interface Graph {
  readonly name: string
  readonly opset: number
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly constants: ReadonlyMap<string, ConstantTensor>
  /** In topological order. */
  readonly nodes: readonly GraphNode[]
  /** Type of every value. */
  readonly types: ReadonlyMap<string, ValueType>
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)

/** An operator used in a way that ONNX or this engine does not allow; names node and operator. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
}
