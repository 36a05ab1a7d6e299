import type { Op } from '../../../../src/engine/onnx/ops.ts'
import type { Case } from './case.ts'
import { dice, having, upTo } from './case.ts'

const operators = [
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceSumSquare',
] as const satisfies readonly Op[]

/** Every way to name the axes, kept or not, over random shapes. */
const cases = (op: (typeof operators)[number]): Case[] =>
  [undefined, [0], [-1], [1, -1], [0, 1, 2], [1, 0]].flatMap((axes, i) =>
    [0, 1].map((keepdims): Case => {
      const roll = dice(i * 7 + op.length)
      return {
        op,
        title: `${op}, axes ${axes?.join() ?? 'not given'}, keepdims ${keepdims}`,
        shapes: [upTo(3).map(() => roll(1, 3))],
        values: op === 'ReduceLogSum' ? 'positive' : 'normal',
        build: (g, [x]) => g.add(op, axes === undefined ? [x!] : [x!, g.ints(axes)], having({ keepdims })),
      }
    }),
  )

const empty = (op: (typeof operators)[number]): Case[] =>
  [0, 1].map((noop) => ({
    op,
    title: `${op}, empty axes, noop_with_empty_axes ${noop}`,
    shapes: [[2, 3]],
    values: op === 'ReduceLogSum' ? 'positive' : 'normal',
    build: (g, [x]) => g.add(op, [x!, g.ints([])], having({ noop_with_empty_axes: noop, keepdims: 0 })),
  }))

const zeros: Case[] = [[[1.5, 0, -2, 0.5, 0, 3]], [[1.5, 0, 0, 0.5, 2, 3]]].map((values, i) => ({
  op: 'ReduceProd',
  title: `ReduceProd, rows with zeros, ${i}`,
  shapes: [[2, 3]],
  values,
  build: (g, [x]) => g.add('ReduceProd', [x!, g.ints([1])]),
}))

const ties: Case[] = (['ReduceMax', 'ReduceMin'] as const).map((op) => ({
  op,
  title: `${op}, all equal`,
  shapes: [[2, 1]],
  build: (g, [x]) => g.add(op, [g.add('Expand', [x!, g.ints([2, 3])]), g.ints([1])]),
}))

const alongAxis = (['Softmax', 'LogSoftmax'] as const).flatMap((op) =>
  [0, 1, -1].map((axis): Case => ({
    op,
    title: `${op}, axis ${axis}`,
    shapes: [[2, 3, 2]],
    build: (g, [x]) => g.add(op, [x!], having({ axis })),
  })),
)

const sums = [0, 1].flatMap((exclusive) =>
  [0, 1].flatMap((reverse) =>
    [0, -1].map((axis): Case => ({
      op: 'CumSum',
      title: `CumSum, axis ${axis}, exclusive ${exclusive}, reverse ${reverse}`,
      shapes: [[3, 4]],
      build: (g, [x]) => g.add('CumSum', [x!, g.constant('int64', [axis], [])], having({ exclusive, reverse })),
    })),
  ),
)

export const reduction: readonly Case[] = [
  ...operators.flatMap(cases),
  ...operators.flatMap(empty),
  ...zeros,
  ...ties,
  ...alongAxis,
  ...sums,
]
