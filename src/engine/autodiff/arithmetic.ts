import type { GraphBuilder, Value } from '../onnx/builder.ts'
import { int, ints } from '../onnx/builder.ts'

/** Short forms of what nearly every rule emits. Each adds one node, constants aside. */

export const times = (g: GraphBuilder, c: number, x: Value): Value => g.add('Mul', [g.scalar(c, x), x])
export const plus = (g: GraphBuilder, x: Value, c: number): Value => g.add('Add', [x, g.scalar(c, x)])
/** c − x. */
export const minusFrom = (g: GraphBuilder, c: number, x: Value): Value => g.add('Sub', [g.scalar(c, x), x])
export const square = (g: GraphBuilder, x: Value): Value => g.add('Mul', [x, x])
/** Product of two or more. */
export const product = (g: GraphBuilder, first: Value, ...rest: Value[]): Value =>
  rest.reduce((a, b) => g.add('Mul', [a, b]), first)

/** 1 where the comparison holds and 0 elsewhere, in the type of `like`. */
export const indicator = (g: GraphBuilder, condition: Value, like: Value): Value =>
  g.add('Where', [condition, g.scalar(1, like), g.scalar(0, like)])
/** `value` where the comparison holds and 0 elsewhere. */
export const only = (g: GraphBuilder, condition: Value, value: Value): Value =>
  g.add('Where', [condition, value, g.scalar(0, value)])
export const compared = (g: GraphBuilder, x: Value, [comparison, c]: readonly [Comparison, number]): Value =>
  g.add(comparison, [x, g.scalar(c, x)])
export type Comparison = 'Greater' | 'Less' | 'GreaterOrEqual' | 'LessOrEqual' | 'Equal'

export const zeros = (g: GraphBuilder, like: Value, shape: readonly number[]): Value =>
  g.add('Expand', [g.scalar(0, like), g.ints(shape)])
export const reshaped = (g: GraphBuilder, x: Value, shape: readonly number[]): Value =>
  g.add('Reshape', [x, g.ints(shape)])
export const transposed = (g: GraphBuilder, x: Value, perm: readonly number[]): Value =>
  g.add('Transpose', [x], { attributes: { perm: ints(perm) } })
/** Σ over the axes, which stay with size 1. */
export const summed = (g: GraphBuilder, x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : g.add('ReduceSum', [x, g.ints(axes)], { attributes: { keepdims: int(1) } })
/** Σ over the axes, which go. */
export const summedAway = (g: GraphBuilder, x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : g.add('ReduceSum', [x, g.ints(axes)], { attributes: { keepdims: int(0) } })
export const averaged = (g: GraphBuilder, x: Value, axes: readonly number[]): Value =>
  g.add('ReduceMean', [x, g.ints(axes)])

/** The first elements along every axis, as many as `shape` says. */
export function cropped(g: GraphBuilder, x: Value, shape: readonly number[]): Value {
  const axes = shape.flatMap((size, i) => (x.shape[i] === size ? [] : [i]))
  if (axes.length === 0) return x
  const ends = axes.map((axis) => shape[axis]!)
  return g.add('Slice', [x, g.ints(axes.map(() => 0)), g.ints(ends), g.ints(axes)])
}

/** 0, 1, …, n − 1. */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
