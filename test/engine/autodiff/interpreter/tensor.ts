import type { Attributes, ElementType, ValueType } from '../../../../src/engine/onnx/graph.ts'

/** A tensor of the interpreter: whatever its type, its elements are double-precision numbers, in row-major order. */
export interface Tensor extends ValueType {
  readonly data: readonly number[]
}

/** What an operator's loop sees. */
export interface Call {
  readonly x: readonly Tensor[]
  readonly attributes: Attributes
  /** Types of the outputs, whose shapes the loops fill. */
  readonly y: readonly ValueType[]
}
export type Loop = (call: Call) => Tensor[]

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)

/** Every index of a shape in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  )
}

/** The element at an index; axes are counted from the back, and an axis of 1 repeats (broadcasting). */
export function at(tensor: Tensor, index: readonly number[]): number {
  let flat = 0
  const extra = index.length - tensor.shape.length
  tensor.shape.forEach((size, axis) => (flat = flat * size + (size === 1 ? 0 : index[axis + extra]!)))
  return tensor.data[flat]!
}

/** A tensor of this type, from a function of the index. */
export const fill = ({ type, shape }: ValueType, element: (index: readonly number[]) => number): Tensor => ({
  type,
  shape,
  data: indicesOf(shape).map((index) => rounded(type, element(index))),
})

/** Elements in the precision of the interpreter: integers and truths stay whole. */
const rounded = (type: ElementType, value: number): number => (type === 'bool' ? Number(value !== 0) : value)

/** A tensor one can write to. */
export function writable(tensor: Tensor): {
  data: number[]
  done: () => Tensor
  place: (index: readonly number[]) => number
} {
  const data = [...tensor.data]
  const place = (index: readonly number[]): number => {
    let flat = 0
    tensor.shape.forEach((size, axis) => (flat = flat * size + index[axis]!))
    return flat
  }
  return { data, done: () => ({ ...tensor, data }), place }
}

export const intOf = (attributes: Attributes, name: string, otherwise: number): number => {
  const found = attributes[name]
  return found !== undefined && 'int' in found ? found.int : otherwise
}
export const floatOf = (attributes: Attributes, name: string, otherwise: number): number => {
  const found = attributes[name]
  return found !== undefined && 'float' in found ? found.float : otherwise
}
export const textOf = (attributes: Attributes, name: string, otherwise: string): string => {
  const found = attributes[name]
  return found !== undefined && 'string' in found ? found.string : otherwise
}
export const intsOf = (attributes: Attributes, name: string, otherwise: readonly number[]): readonly number[] => {
  const found = attributes[name]
  return found !== undefined && 'ints' in found ? found.ints : otherwise
}
export const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
