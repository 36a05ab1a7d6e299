import type { Attributes, ConstantTensor, ElementType, ValueType } from '../graph.ts'
import type { SourceNode } from './source-graph.ts'

/** A node in the form of the operator sets from 18 on, which is what the engine's rules know. */
export interface ModernNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

/** What a rewriting sees of a node and its surroundings. */
export interface Rewriting {
  readonly node: SourceNode
  /** Version of the operator set the node is written in. */
  readonly opset: number
  /** Type of input i, where it is known: inside the bodies of `If` and `Loop` nothing is. */
  typeOf(i: number): ValueType | undefined
  /** Adds a constant and gives its name. */
  ints(values: readonly number[], shape?: readonly number[]): string
  floats(values: readonly number[], like: ElementType, shape?: readonly number[]): string
  constant(tensor: ConstantTensor): string
  /** The tensor of input i where it is a constant. */
  constantOf(i: number): ConstantTensor | undefined
  /** Values that sequences made so far consist of, by the sequence's name. */
  readonly sequences: Map<string, readonly string[]>
  /** A name for a value in between. */
  fresh(): string
  /** Throws a `ModelError` naming file, node and operator. */
  refuse(why: string): never
}

/** Other nodes in the place of one; `undefined` to leave it as it is. */
export type Rewrite = (use: Rewriting) => readonly ModernNode[] | undefined

/** The node with some of its parts replaced. */
export const changed = (node: SourceNode, parts: Partial<ModernNode>): ModernNode => ({
  op: node.op,
  inputs: node.inputs,
  outputs: node.outputs,
  attributes: node.attributes,
  ...parts,
})

/** The attributes without some. */
export const without = (attributes: Attributes, ...names: readonly string[]): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)))
