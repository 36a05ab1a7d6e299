import type { Call, Loop, Tensor } from './tensor.ts'
import { at, fill, indicesOf, intOf, positive } from './tensor.ts'

const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0)

const ofLists: Readonly<Record<string, (v: readonly number[]) => number>> = {
  ReduceSum: sum,
  ReduceMean: (v) => sum(v) / v.length,
  ReduceMax: (v) => Math.max(...v),
  ReduceMin: (v) => Math.min(...v),
  ReduceProd: (v) => v.reduce((a, b) => a * b, 1),
  ReduceL1: (v) => sum(v.map(Math.abs)),
  ReduceL2: (v) => Math.sqrt(sum(v.map((e) => e * e))),
  ReduceLogSum: (v) => Math.log(sum(v)),
  ReduceLogSumExp: (v) => Math.log(sum(v.map(Math.exp))),
  ReduceSumSquare: (v) => sum(v.map((e) => e * e)),
}

/** The elements of x for which the axes not reduced are as in `index`. */
function reduced({ x: [x, given], attributes, y }: Call, f: (v: readonly number[]) => number): Tensor[] {
  const rank = x!.shape.length
  const listed = (given?.data ?? []).map((axis) => positive(axis, rank))
  const isNothing = listed.length === 0 && intOf(attributes, 'noop_with_empty_axes', 0) === 1
  // Over no axis each element is a list of its own, as in onnxruntime.
  if (isNothing) return [fill(y[0]!, (index) => f([at(x!, index)]))]
  const axes = listed.length === 0 ? x!.shape.map((_, i) => i) : listed
  const isKept = intOf(attributes, 'keepdims', 1) === 1
  const inner = indicesOf(axes.map((axis) => x!.shape[axis]!))
  return [
    fill(y[0]!, (index) => {
      const rest = [...index]
      const full = x!.shape.map((_, axis) => {
        if (!axes.includes(axis)) return rest.shift()!
        if (isKept) rest.shift()
        return 0
      })
      return f(
        inner.map((at_) => {
          const place = [...full]
          axes.forEach((axis, i) => (place[axis] = at_[i]!))
          return at(x!, place)
        }),
      )
    }),
  ]
}

/** Elements along one axis, with the others as in `index`. */
const along = (x: Tensor, index: readonly number[], axis: number): number[] =>
  Array.from({ length: x.shape[axis]! }, (_, i) => at(x, index.with(axis, i)))

const onAxis =
  (otherwise: number, f: (v: readonly number[], i: number) => number): Loop =>
  ({ x: [x], attributes, y }) => {
    const axis = positive(intOf(attributes, 'axis', otherwise), x!.shape.length)
    return [fill(y[0]!, (index) => f(along(x!, index, axis), index[axis]!))]
  }

export const reduction: Readonly<Record<string, Loop>> = {
  ...Object.fromEntries(Object.entries(ofLists).map(([op, f]) => [op, (call: Call) => reduced(call, f)])),
  Softmax: onAxis(-1, (v, i) => Math.exp(v[i]!) / sum(v.map(Math.exp))),
  LogSoftmax: onAxis(-1, (v, i) => v[i]! - Math.log(sum(v.map(Math.exp)))),
  CumSum: ({ x: [x, axis], attributes, y }) => {
    const d = positive(axis!.data[0]!, x!.shape.length)
    const isReverse = intOf(attributes, 'reverse', 0) === 1
    const isExclusive = intOf(attributes, 'exclusive', 0) === 1
    const counts = (from: number, to: number): boolean =>
      from === to ? !isExclusive : isReverse ? from > to : from < to
    return [fill(y[0]!, (index) => sum(along(x!, index, d).filter((_, i) => counts(i, index[d]!))))]
  },
  ArgMax: ({ x: [x], attributes, y }) => {
    const axis = positive(intOf(attributes, 'axis', 0), x!.shape.length)
    const isKept = intOf(attributes, 'keepdims', 1) === 1
    return [
      fill(y[0]!, (index) => {
        const v = along(x!, isKept ? index : index.toSpliced(axis, 0, 0), axis)
        return v.indexOf(Math.max(...v))
      }),
    ]
  },
}
