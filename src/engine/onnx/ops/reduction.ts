import type { NodeUse, ShapeRule } from './op-use.ts'
import { axesIn, axisIn, constants, input, intAttribute, same } from './op-use.ts'

/**
 * Axes a reduction goes over, counted from the front: all of them when none are given, unless `noop_with_empty_axes` says
 * that none are meant.
 */
export function reducedAxes(use: NodeUse): number[] {
  const rank = input(use, 0).shape.length
  const given = use.x[1] === undefined ? [] : constants(use, 1, 'the axes')
  if (given.length > 0) return axesIn(use, given, rank)
  return intAttribute(use.attributes, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, i) => i)
}

const reduce: ShapeRule = (use) => {
  const { type, shape } = input(use, 0)
  const axes = reducedAxes(use)
  const keep = intAttribute(use.attributes, 'keepdims', 1) === 1
  return [{ type, shape: shape.flatMap((size, i) => (axes.includes(i) ? (keep ? [1] : []) : [size])) }]
}

const position: ShapeRule = (use) => {
  const { shape } = input(use, 0)
  const axis = axisIn(use, intAttribute(use.attributes, 'axis', 0), shape.length)
  const keep = intAttribute(use.attributes, 'keepdims', 1) === 1
  return [{ type: 'int64', shape: shape.flatMap((size, i) => (i === axis ? (keep ? [1] : []) : [size])) }]
}

/** As its input, along one axis that must be there. */
const along: ShapeRule = (use) => {
  axisIn(use, intAttribute(use.attributes, 'axis', -1), Math.max(1, input(use, 0).shape.length))
  return same(use)
}
const running: ShapeRule = (use) => {
  const axis = use.constant(1)?.[0]
  if (axis !== undefined) axisIn(use, axis, input(use, 0).shape.length)
  return same(use)
}

/** Operators that put several elements together, or weigh them against each other, along axes. */
export const reduction = {
  ReduceSum: reduce,
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ReduceSumSquare: reduce,
  ArgMax: position,
  ArgMin: position,
  Softmax: along,
  LogSoftmax: along,
  Hardmax: along,
  CumSum: running,
} satisfies Record<string, ShapeRule>
