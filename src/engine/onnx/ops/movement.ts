import { broadcast } from '../broadcast.ts'
import type { ValueType } from '../graph.ts'
import { GraphError, sizeOf } from '../graph.ts'
import type { NodeUse, OpUse, ShapeRule } from './op-use.ts'
import {
  axesIn,
  axisIn,
  constants,
  input,
  intAttribute,
  intsAttribute,
  same,
  shown,
  textAttribute,
  where,
} from './op-use.ts'
import { resizedShape } from './resize.ts'

function reshape(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const asIs = intAttribute(use.attributes, 'allowzero', 0) === 1
  const wanted = constants(use, 1, 'the shape').map((size, i) => (size === 0 && !asIs ? (shape[i] ?? 0) : size))
  const known = wanted.reduce((n, size) => (size === -1 ? n : n * size), 1)
  const result = wanted.map((size) => (size === -1 ? sizeOf(shape) / known : size))
  if (sizeOf(result) !== sizeOf(shape) || !result.every(Number.isInteger))
    throw new GraphError(`${where(use)}: ${shown(shape)} does not fit ${shown(wanted)}`)
  return [{ type, shape: result }]
}

/** Sizes of the parts of a Split: as given, or as equal as they come, the last one the smallest. */
function partsOf(use: OpUse, size: number): number[] {
  if (use.x[1] !== undefined) return constants(use, 1, 'the parts')
  const count = intAttribute(use.attributes, 'num_outputs', use.outputCount)
  const part = Math.ceil(size / count)
  return Array.from({ length: count }, (_, i) => (i < count - 1 ? part : size - part * (count - 1)))
}

function split(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const axis = axisIn(use, intAttribute(use.attributes, 'axis', 0), shape.length)
  const parts = partsOf(use, shape[axis]!)
  const isWhole = parts.reduce((a, b) => a + b, 0) === shape[axis] && parts.every((part) => part >= 0)
  if (!isWhole || parts.length !== use.outputCount)
    throw new GraphError(`${where(use)}: axis ${axis} of ${shown(shape)} does not split into ${parts.join(' + ')}`)
  return parts.map((part) => ({ type, shape: shape.with(axis, part) }))
}

function concat(use: OpUse): ValueType[] {
  const xs = use.x.map((_, i) => input(use, i))
  const first = xs[0]
  if (first === undefined) throw new GraphError(`${where(use)}: it has no input`)
  const axis = axisIn(use, intAttribute(use.attributes, 'axis', 0), first.shape.length)
  const rest = (shape: readonly number[]): string => shape.with(axis, 0).join(',')
  const odd = xs.find(({ shape }) => shape.length !== first.shape.length || rest(shape) !== rest(first.shape))
  if (odd !== undefined)
    throw new GraphError(`${where(use)}: cannot join ${shown(first.shape)} and ${shown(odd.shape)} along axis ${axis}`)
  const size = xs.reduce((n, x) => n + x.shape[axis]!, 0)
  return [{ type: first.type, shape: first.shape.with(axis, size) }]
}

/** What a Slice takes along each axis of x that it names, with starts and ends brought into range. */
export function slicesOf(use: NodeUse): { axis: number; start: number; step: number; count: number }[] {
  const { shape } = input(use, 0)
  const [starts, ends] = [constants(use, 1, 'the starts'), constants(use, 2, 'the ends')]
  const given = use.x[3] === undefined ? starts.map((_, i) => i) : constants(use, 3, 'the axes')
  const steps = use.x[4] === undefined ? starts.map(() => 1) : constants(use, 4, 'the steps')
  if ([ends, given, steps].some((list) => list.length !== starts.length) || steps.includes(0))
    throw new GraphError(`${where(use)}: starts, ends, axes and steps do not fit together`)
  return axesIn(use, given, shape.length).map((axis, i) => {
    const [size, step] = [shape[axis]!, steps[i]!]
    const low = step < 0 ? -1 : 0
    const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, low), step < 0 ? size - 1 : size)
    const start = clamp(starts[i]!)
    return { axis, start, step, count: Math.max(0, Math.ceil((clamp(ends[i]!) - start) / step)) }
  })
}

function slice(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const result = [...shape]
  slicesOf(use).forEach(({ axis, count }) => (result[axis] = count))
  return [{ type, shape: result }]
}

function squeeze(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const ones = shape.flatMap((size, i) => (size === 1 ? [i] : []))
  const axes = use.x[1] === undefined ? ones : axesIn(use, constants(use, 1, 'the axes'), shape.length)
  const wrong = axes.find((axis) => shape[axis] !== 1)
  if (wrong !== undefined) throw new GraphError(`${where(use)}: axis ${wrong} of ${shown(shape)} is not 1`)
  return [{ type, shape: shape.filter((_, i) => !axes.includes(i)) }]
}

function unsqueeze(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const given = constants(use, 1, 'the axes')
  const axes = axesIn(use, given, shape.length + given.length)
  const rest = [...shape]
  const all = Array.from({ length: shape.length + axes.length }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!))
  return [{ type, shape: all }]
}

/** Elements added before and after each axis of x (negative: taken away). */
export function padsOf(use: NodeUse): { begin: number; end: number }[] {
  const { shape } = input(use, 0)
  const pads = constants(use, 1, 'the pads')
  const given = use.x[3] === undefined ? shape.map((_, i) => i) : constants(use, 3, 'the axes')
  const axes = axesIn(use, given, shape.length)
  if (pads.length !== 2 * axes.length)
    throw new GraphError(`${where(use)}: ${pads.length} pads for ${axes.length} axes, two each are needed`)
  return shape.map((_, i) => {
    const at = axes.indexOf(i)
    return at < 0 ? { begin: 0, end: 0 } : { begin: pads[at]!, end: pads[at + axes.length]! }
  })
}

/** Block form of DepthToSpace (up) and SpaceToDepth (down): [N, C, H, W] with blocks of size b. */
function blocks(use: OpUse, isUp: boolean): ValueType[] {
  const { type, shape } = input(use, 0)
  const block = intAttribute(use.attributes, 'blocksize', 0)
  const [n, c, h, w] = shape
  const result = isUp ? [n!, c! / block ** 2, h! * block, w! * block] : [n!, c! * block ** 2, h! / block, w! / block]
  if (shape.length !== 4 || !result.every(Number.isInteger))
    throw new GraphError(`${where(use)}: ${shown(shape)} does not divide into blocks of ${block}`)
  return [{ type, shape: result }]
}

function transpose(use: OpUse): ValueType[] {
  const { type, shape } = input(use, 0)
  const perm = intsAttribute(use.attributes, 'perm') ?? shape.map((_, i) => shape.length - 1 - i)
  if (axesIn(use, perm, shape.length).length !== shape.length)
    throw new GraphError(`${where(use)}: the order ${shown(perm)} does not name every axis of ${shown(shape)}`)
  return [{ type, shape: perm.map((from) => shape[from]!) }]
}

/** Operators that only move, repeat or leave out elements. */
export const movement = {
  Transpose: transpose,
  Reshape: reshape,
  Split: split,
  Concat: concat,
  Slice: slice,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: (use) => {
    const { type, shape } = input(use, 0)
    const axis = intAttribute(use.attributes, 'axis', 1)
    const at = axis < 0 ? axis + shape.length : axis
    if (at < 0 || at > shape.length) throw new GraphError(`${where(use)}: there is no axis ${axis} in ${shown(shape)}`)
    return [{ type, shape: [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))] }]
  },
  Expand: (use) => [
    { type: input(use, 0).type, shape: broadcast(input(use, 0).shape, constants(use, 1, 'the shape'), where(use)) },
  ],
  Tile: (use) => {
    const { type, shape } = input(use, 0)
    const repeats = constants(use, 1, 'the repeats')
    if (repeats.length !== shape.length || repeats.some((times) => times < 0))
      throw new GraphError(`${where(use)}: repeats ${shown(repeats)} for ${shape.length} axes`)
    return [{ type, shape: shape.map((size, i) => size * repeats[i]!) }]
  },
  Pad: (use) => {
    const { type, shape } = input(use, 0)
    const pads = padsOf(use)
    const isWrapped = textAttribute(use.attributes, 'mode', 'constant') === 'wrap'
    const far = shape.findIndex((size, i) => isWrapped && (pads[i]!.begin > size || pads[i]!.end > size))
    // onnxruntime would read past its elements.
    if (far >= 0) throw new GraphError(`${where(use)}: axis ${far} of ${shown(shape)} is wrapped more than once around`)
    return [{ type, shape: shape.map((size, i) => size + pads[i]!.begin + pads[i]!.end) }]
  },
  DepthToSpace: (use) => blocks(use, true),
  SpaceToDepth: (use) => blocks(use, false),
  Resize: (use) => [{ type: input(use, 0).type, shape: resizedShape(use).shape }],
  ReverseSequence: same,
  Trilu: same,
} satisfies Record<string, ShapeRule>
