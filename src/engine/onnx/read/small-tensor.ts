import type { ConstantTensor, ElementType } from '../graph.ts'
import { sizeOf } from '../graph.ts'
import { zerosOf } from './element-types.ts'

/** A constant small enough to be worked out while a graph is read; integers up to 2^53 are exact. */
export interface SmallTensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** Elements up to which constants are folded: shapes, indices and small masks, not weights. */
export const foldedSize = 65_536

const largest = 2n ** 63n - 1n

export function toSmall({ type, shape, data }: ConstantTensor): SmallTensor | undefined {
  if (data.length > foldedSize) return undefined
  return { type, shape, values: Array.from(data as ArrayLike<number | bigint>, Number) }
}

export function fromSmall({ type, shape, values }: SmallTensor): ConstantTensor {
  const data = zerosOf(type, sizeOf(shape))
  if (data instanceof BigInt64Array) values.forEach((value, i) => (data[i] = int64(value)))
  else values.forEach((value, i) => (data[i] = value))
  return { type, shape, data }
}

/** Whether these are sizes, and of no more elements than are folded. */
export const isFoldable = (shape: readonly number[]): boolean =>
  shape.every((size) => Number.isSafeInteger(size) && size >= 0) && sizeOf(shape) <= foldedSize

/** "To the end" is 2^63 - 1 in files, which a number rounds up. */
const int64 = (value: number): bigint => {
  const exact = BigInt(value)
  return exact > largest ? largest : exact < -largest ? -largest : exact
}

/** Steps between neighbours along each axis, row-major. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!
  return strides
}

/** Position of element `index` of `shape` along each axis. */
export const unravel = (index: number, shape: readonly number[]): number[] =>
  stridesOf(shape).map((stride, i) => Math.floor(index / stride) % shape[i]!)

/** A tensor made by picking, for each element of `shape`, one of `x` by its position. */
export function pick(
  x: SmallTensor,
  shape: readonly number[],
  from: (at: readonly number[]) => readonly number[],
): SmallTensor | undefined {
  if (!isFoldable(shape)) return undefined
  const size = sizeOf(shape)
  const strides = stridesOf(x.shape)
  const values = Array.from({ length: size }, (_, i) => {
    const at = from(unravel(i, shape))
    return x.values[at.reduce((n, position, axis) => n + position * strides[axis]!, 0)]
  })
  return values.every((value): value is number => value !== undefined) ? { type: x.type, shape, values } : undefined
}

/** Positions of a broadcast result in one of its sources. */
export const broadcastAt = (at: readonly number[], source: readonly number[]): number[] =>
  source.map((size, i) => (size === 1 ? 0 : at[i + at.length - source.length]!))
