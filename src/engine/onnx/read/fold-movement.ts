import { axisOf, broadcast } from '../broadcast.ts'
import { sizeOf } from '../graph.ts'
import type { Fold, FoldUse } from './fold-use.ts'
import type { SmallTensor } from './small-tensor.ts'
import { broadcastAt, foldedSize, isFoldable, pick } from './small-tensor.ts'

/** The same elements in another shape. */
const reshaped = (x: SmallTensor | undefined, shape: readonly number[]): SmallTensor | undefined =>
  x !== undefined && isFoldable(shape) && sizeOf(shape) === x.values.length ? { ...x, shape } : undefined

function reshape({ x: [x, to], int }: FoldUse): SmallTensor | undefined {
  if (x === undefined || to === undefined) return undefined
  const keepZero = int('allowzero', 0) === 1
  const wanted = to.values.map((size, i) => (size === 0 && !keepZero ? (x.shape[i] ?? 0) : size))
  const known = wanted.reduce((n, size) => (size === -1 ? n : n * size), 1)
  return reshaped(
    x,
    wanted.map((size) => (size === -1 ? x.values.length / known : size)),
  )
}

function unsqueeze({ x: [x, axes] }: FoldUse): SmallTensor | undefined {
  if (x === undefined || axes === undefined) return undefined
  const rank = x.shape.length + axes.values.length
  const added = new Set(axes.values.map((axis) => axisOf(axis, rank)))
  const rest = [...x.shape]
  return reshaped(
    x,
    Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.shift() ?? 1))),
  )
}

function squeeze({ x: [x, axes] }: FoldUse): SmallTensor | undefined {
  if (x === undefined || axes === undefined) return undefined
  const dropped = new Set(axes.values.map((axis) => axisOf(axis, x.shape.length)))
  return reshaped(
    x,
    x.shape.filter((_, i) => !dropped.has(i)),
  )
}

function gather({ x: [x, at], int }: FoldUse): SmallTensor | undefined {
  if (x === undefined || at === undefined) return undefined
  const axis = axisOf(int('axis', 0), x.shape.length)
  const rank = at.shape.length
  const shape = [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)]
  const wanted = pick(at, shape, (place) => place.slice(axis, axis + rank))
  let i = 0
  return pick(x, shape, (place) => {
    const index = wanted?.values[i++] ?? Number.NaN
    return [...place.slice(0, axis), axisOf(index, x.shape[axis] ?? 0), ...place.slice(axis + rank)]
  })
}

function slice({ x: [x, starts, ends, axes, steps] }: FoldUse): SmallTensor | undefined {
  if (x === undefined || starts === undefined || ends === undefined) return undefined
  const shape = [...x.shape]
  const [from, by] = [shape.map(() => 0), shape.map(() => 1)]
  for (const [i, start] of starts.values.entries()) {
    const axis = axisOf(axes?.values[i] ?? i, shape.length)
    const size = x.shape[axis] ?? 0
    const step = steps?.values[i] ?? 1
    const clamp = (at: number): number =>
      Math.min(Math.max(at < 0 ? at + size : at, step < 0 ? -1 : 0), step < 0 ? size - 1 : size)
    const [first, last] = [clamp(start), clamp(ends.values[i] ?? 0)]
    shape[axis] = Math.max(0, Math.ceil((last - first) / step))
    from[axis] = first
    by[axis] = step
  }
  return pick(x, shape, (at) => at.map((position, axis) => from[axis]! + position * by[axis]!))
}

function concat({ x, int }: FoldUse): SmallTensor | undefined {
  const parts = x.filter((part) => part !== undefined)
  const first = parts[0]
  if (first === undefined || parts.length !== x.length) return undefined
  const axis = axisOf(int('axis', 0), first.shape.length)
  if (first.shape[axis] === undefined) return undefined
  const outer = sizeOf(first.shape.slice(0, axis))
  const values = Array.from({ length: outer }, (_, row) =>
    parts.flatMap((part) => {
      const width = part.values.length / outer
      return part.values.slice(row * width, (row + 1) * width)
    }),
  ).flat()
  const size = parts.reduce((n, part) => n + (part.shape[axis] ?? 0), 0)
  return values.length > foldedSize ? undefined : reshaped({ ...first, values }, first.shape.with(axis, size))
}

const transpose: Fold = ({ x: [x], ints }) => {
  if (x === undefined) return undefined
  const order = ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i)
  const shape = order.map((axis) => x.shape[axis] ?? 0)
  return pick(x, shape, (at) => x.shape.map((_, axis) => at[order.indexOf(axis)] ?? 0))
}

/** Operators that put elements in other places. */
export const movementFolds: Readonly<Record<string, Fold>> = {
  Identity: ({ x: [x] }) => x,
  Reshape: reshape,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Flatten: ({ x: [x], int }) => {
    const axis = axisOf(int('axis', 1), x?.shape.length ?? 0)
    return x && reshaped(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))])
  },
  Gather: gather,
  Slice: slice,
  Concat: concat,
  Transpose: transpose,
  Expand: ({ x: [x, to], name }) => {
    if (x === undefined || to === undefined) return undefined
    const shape = broadcast(x.shape, to.values, `node "${name}" (Expand)`)
    return pick(x, shape, (at) => broadcastAt(at, x.shape))
  },
  Tile: ({ x: [x, times] }) => {
    if (x?.shape.length !== times?.values.length || x === undefined || times === undefined) return undefined
    const shape = x.shape.map((size, i) => size * times.values[i]!)
    return pick(x, shape, (at) => at.map((position, i) => position % x.shape[i]!))
  },
}
