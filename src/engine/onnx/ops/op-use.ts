import type { Attributes, ConstantTensor, ElementType, ValueType } from '../graph.ts'
import { GraphError } from '../graph.ts'

/** A node with what is known of its inputs. */
export interface NodeUse {
  readonly op: string
  readonly name: string
  /** Inputs; `undefined` where an optional one is absent. */
  readonly x: readonly (ValueType | undefined)[]
  readonly attributes: Attributes
  /** Elements of input i where it is a constant; shapes and axes must be. */
  constant(i: number): number[] | undefined
}
/** What a shape rule sees of a node. */
export interface OpUse extends NodeUse {
  readonly outputCount: number
}
/** Types of all outputs of a node, in order. Throws {@link GraphError}. */
export type ShapeRule = (use: OpUse) => ValueType[]

export const intAttribute = (attributes: Attributes, name: string, otherwise: number): number => {
  const found = attributes[name]
  return found !== undefined && 'int' in found ? found.int : otherwise
}
export const intsAttribute = (attributes: Attributes, name: string): readonly number[] | undefined => {
  const found = attributes[name]
  return found !== undefined && 'ints' in found ? found.ints : undefined
}
export const floatAttribute = (attributes: Attributes, name: string, otherwise: number): number => {
  const found = attributes[name]
  return found !== undefined && 'float' in found ? found.float : otherwise
}
export const textAttribute = (attributes: Attributes, name: string, otherwise: string): string => {
  const found = attributes[name]
  return found !== undefined && 'string' in found ? found.string : otherwise
}
export const tensorAttribute = (attributes: Attributes, name: string): ConstantTensor | undefined => {
  const found = attributes[name]
  return found !== undefined && 'tensor' in found ? found.tensor : undefined
}

/** Which node an error is about. */
export const where = (use: { readonly name: string; readonly op: string }): string => `node "${use.name}" (${use.op})`

/** Type of input i. Throws where it is absent. */
export function input(use: NodeUse, i: number): ValueType {
  const x = use.x[i]
  if (x === undefined) throw new GraphError(`${where(use)}: input ${i} is missing`)
  return x
}

/** Elements of input i, which must be a constant. */
export function constants(use: NodeUse, i: number, what: string): number[] {
  const values = use.constant(i)
  if (values === undefined) throw new GraphError(`${where(use)}: ${what} must be a constant for shapes to be known`)
  return values
}

/** An axis counted from the front, of a value of this rank. Throws where there is no such axis. */
export function axisIn(use: NodeUse, axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(found) || found < 0 || found >= rank)
    throw new GraphError(`${where(use)}: there is no axis ${axis} in ${rank} axes`)
  return found
}

/** Several axes counted from the front; the same one twice is an error. */
export function axesIn(use: NodeUse, axes: readonly number[], rank: number): number[] {
  const found = axes.map((axis) => axisIn(use, axis, rank))
  if (new Set(found).size !== found.length) throw new GraphError(`${where(use)}: an axis twice in [${axes.join(', ')}]`)
  return found
}

/** [2, 3] as people read it. */
export const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** The output is like the first input. */
export const same: ShapeRule = (use) => [input(use, 0)]

const elementTypes: Readonly<Record<number, ElementType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
}

/** The element type an attribute such as `to` or `dtype` names by its number in TensorProto.DataType. */
export function elementTypeOf(use: NodeUse, code: number): ElementType {
  const type = elementTypes[code]
  if (type === undefined) throw new GraphError(`${where(use)}: element type ${code} is unknown to the engine`)
  return type
}
