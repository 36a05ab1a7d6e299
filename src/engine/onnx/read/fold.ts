import type { ConstantTensor, ValueType } from '../graph.ts'
import { sizeOf } from '../graph.ts'
import { axisOf } from '../broadcast.ts'
import { intAttribute, intsAttribute } from '../ops.ts'
import { elementType } from './element-types.ts'
import { elementwiseFolds } from './fold-elementwise.ts'
import { movementFolds } from './fold-movement.ts'
import type { Fold, FoldUse } from './fold-use.ts'
import type { ModernNode } from './modern-node.ts'
import type { SmallTensor } from './small-tensor.ts'
import { fromSmall, isFoldable, pick, toSmall, unravel } from './small-tensor.ts'

function range({ x: [start, limit, delta] }: FoldUse): SmallTensor | undefined {
  const [from, to, by] = [start?.values[0], limit?.values[0], delta?.values[0]]
  if (start === undefined || from === undefined || to === undefined || by === undefined || by === 0) return undefined
  const count = Math.max(0, Math.ceil((to - from) / by))
  if (!isFoldable([count])) return undefined
  return { type: start.type, shape: [count], values: Array.from({ length: count }, (_, i) => from + i * by) }
}

const constantOfShape: Fold = ({ x: [shape], attributes }) => {
  if (shape === undefined || !isFoldable(shape.values)) return undefined
  const value = attributes['value']
  const filled = value !== undefined && 'tensor' in value ? toSmall(value.tensor) : undefined
  const element = filled?.values[0] ?? 0
  return {
    type: filled?.type ?? 'float32',
    shape: shape.values,
    values: Array.from({ length: sizeOf(shape.values) }, () => element),
  }
}

/** Positions of the elements that are not zero, [axes, count]. */
const nonZero: Fold = ({ x: [x] }) => {
  if (x === undefined) return undefined
  const places = x.values.flatMap((value, i) => (value === 0 ? [] : [unravel(i, x.shape)]))
  const values = x.shape.flatMap((_, axis) => places.map((place) => place[axis]!))
  return { type: 'int64', shape: [x.shape.length, places.length], values }
}

/** Sums and products of whole numbers; rounding of floating-point ones depends on an order that is the runtime's. */
const reduction =
  (start: number, f: (a: number, b: number) => number): Fold =>
  ({ x: [x, given], int }) => {
    if (x === undefined || x.type === 'float32' || x.type === 'float64') return undefined
    const axes = (given?.values ?? x.shape.map((_, i) => i)).map((axis) => axisOf(axis, x.shape.length))
    if (given?.values.length === 0) return undefined
    const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
    const totals = new Map<string, number>()
    for (const [i, value] of x.values.entries()) {
      const place = unravel(i, x.shape)
        .map((at, axis) => (axes.includes(axis) ? 0 : at))
        .join()
      totals.set(place, f(totals.get(place) ?? start, value))
    }
    const values = Array.from({ length: sizeOf(kept) }, (_, i) => totals.get(unravel(i, kept).join()) ?? start)
    if (!values.every(Number.isSafeInteger)) return undefined
    const shape = int('keepdims', 1) === 1 ? kept : x.shape.filter((_, i) => !axes.includes(i))
    return { type: x.type, shape, values }
  }

const trilu: Fold = ({ x: [x, k], int }) => {
  if (x === undefined || x.shape.length < 2) return undefined
  const shift = k?.values[0] ?? 0
  const upper = int('upper', 1) === 1
  const values = x.values.map((value, i) => {
    const [row, column] = unravel(i, x.shape).slice(-2)
    return (upper ? column! - row! >= shift : column! - row! <= shift) ? value : 0
  })
  return { ...x, values }
}

const split: Fold = ({ x: [x, parts], int }) => {
  if (x === undefined || parts === undefined) return undefined
  const axis = axisOf(int('axis', 0), x.shape.length)
  if (x.shape[axis] === undefined) return undefined
  let from = 0
  const made = parts.values.map((part) => {
    const start = from
    from += part
    return pick(x, x.shape.with(axis, part), (at) => at.with(axis, at[axis]! + start))
  })
  return made.every((part) => part !== undefined) ? made : undefined
}

const folds: Readonly<Record<string, Fold>> = {
  ...elementwiseFolds,
  ...movementFolds,
  Range: range,
  Split: split,
  ConstantOfShape: constantOfShape,
  NonZero: nonZero,
  ReduceSum: reduction(0, (a, b) => a + b),
  ReduceProd: reduction(1, (a, b) => a * b),
  ReduceMax: reduction(-Infinity, Math.max),
  ReduceMin: reduction(Infinity, Math.min),
  Trilu: trilu,
}

export interface Foldable {
  readonly node: ModernNode
  readonly name: string
  /** Types of the inputs, where known: enough for `Shape` and `Size`. */
  readonly types: readonly (ValueType | undefined)[]
  readonly constants: readonly (ConstantTensor | undefined)[]
}

/**
 * Works out a node whose inputs are small constants, one of the operators shapes are computed with. `undefined` where it
 * is left to the runtime. Throws `GraphError` for shapes that do not fit.
 */
export function fold({ node, name, types, constants }: Foldable): ConstantTensor[] | undefined {
  const { op, inputs, outputs, attributes } = node
  const shape = types[0]?.shape
  if (op === 'Size' && shape !== undefined) return [int64([], [sizeOf(shape)])]
  if (op === 'Shape' && shape !== undefined) {
    const asked = shape.slice(intAttribute(attributes, 'start', 0), intAttribute(attributes, 'end', shape.length))
    return [int64([asked.length], asked)]
  }
  const rule = Object.hasOwn(folds, op) ? folds[op] : undefined
  if (rule === undefined) return undefined
  const x = inputs.map((_, i) => (constants[i] === undefined ? undefined : toSmall(constants[i])))
  if (inputs.some((input, i) => input !== '' && x[i] === undefined)) return undefined
  const results = rule({
    op,
    name,
    x,
    attributes,
    int: (key, otherwise) => intAttribute(attributes, key, otherwise),
    ints: (key) => intsAttribute(attributes, key),
    castType: () => elementType(intAttribute(attributes, 'to', 0)),
  })
  const made = results === undefined ? [] : 'type' in results ? [results] : results
  return made.length === outputs.length && made.every(isSound) ? made.map(fromSmall) : undefined
}

/** A file that mixes types or counts with fractions is not worked out but left to be refused. */
const isSound = ({ type, shape, values }: SmallTensor): boolean =>
  isFoldable(shape) && (type === 'float32' || type === 'float64' || values.every(Number.isInteger))

const int64 = (shape: readonly number[], values: readonly number[]): ConstantTensor =>
  fromSmall({ type: 'int64', shape, values })
