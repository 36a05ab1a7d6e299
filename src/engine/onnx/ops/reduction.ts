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
  Softmax: same,
  LogSoftmax: same,
  Hardmax: same,
  CumSum: same,
} satisfies Record<string, ShapeRule>
