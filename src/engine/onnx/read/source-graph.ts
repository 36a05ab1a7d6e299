import type { Attributes, ConstantTensor, ElementType } from '../graph.ts'

/** A size in a file: a number, the name of a size that is bound later, or nothing said. */
export type Dimension = number | string | null

/** A value as a file declares it. `shape` is `null` where not even the number of axes is said. */
export interface DeclaredValue {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly Dimension[] | null
}

/** A node as it is in the file, functions already inlined, in the form of its own operator set. */
export interface SourceNode {
  /** With its domain in front where that is not ONNX's own. */
  readonly op: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
  readonly bodies: ReadonlyMap<string, SourceGraph>
  /** Version of ONNX's own operator set that the node is written in. */
  readonly opset: number
}

export interface SourceGraph {
  readonly name: string
  readonly inputs: readonly DeclaredValue[]
  readonly outputs: readonly DeclaredValue[]
  /** The file's word on values inside. */
  readonly declared: ReadonlyMap<string, DeclaredValue>
  readonly initializers: ReadonlyMap<string, ConstantTensor>
  readonly nodes: readonly SourceNode[]
}
