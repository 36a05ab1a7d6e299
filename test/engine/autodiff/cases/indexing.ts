import type { Case } from './case.ts'
import { having } from './case.ts'

const gathers: Case[] = [
  ...[0, 1, -1].flatMap((axis) =>
    (['int64', 'int32'] as const).map((type): Case => ({
      op: 'Gather',
      title: `Gather, axis ${axis}, ${type}, a row twice and from the back`,
      shapes: [[3, 4, 3]],
      build: (g, [x]) => g.add('Gather', [x!, g.constant(type, [2, 0, 2, -1], [2, 2])], having({ axis })),
    })),
  ),
  {
    op: 'Gather',
    title: 'Gather of one row',
    shapes: [[3, 2]],
    build: (g, [x]) => g.add('Gather', [x!, g.constant('int64', [1], [])]),
  },
  ...[0, 1].map((axis): Case => ({
    op: 'GatherElements',
    title: `GatherElements, axis ${axis}`,
    shapes: [[3, 3]],
    build: (g, [x]) => g.add('GatherElements', [x!, g.constant('int64', [2, 2, 0, -1], [2, 2])], having({ axis })),
  })),
]

interface Nth {
  readonly shape: readonly number[]
  readonly at: readonly number[]
  readonly of: readonly number[]
  readonly batch?: number
}
const nth: readonly Nth[] = [
  { shape: [3, 2], at: [2, 0, 2], of: [3, 1] },
  { shape: [3, 2], at: [2, 0, 1, 1, 2, 0], of: [3, 2] },
  { shape: [3, 2, 2], at: [0, 1, -1, 0], of: [2, 2] },
  { shape: [2, 3, 2], at: [1, 1, 0, 2], of: [2, 2, 1], batch: 1 },
  { shape: [2, 3, 2], at: [1, 0], of: [2, 1], batch: 1 },
  { shape: [2, 2, 3], at: [1, 2, 0, 0], of: [2, 2, 1], batch: 2 },
]
const gatherND = nth.map(({ shape, at, of, batch = 0 }): Case => ({
  op: 'GatherND',
  title: `GatherND of [${shape.join()}] at [${of.join()}], batch_dims ${batch}`,
  shapes: [shape],
  build: (g, [x]) => g.add('GatherND', [x!, g.constant('int64', at, of)], having({ batch_dims: batch })),
}))

/** Places that are written once, for no reduction, and twice, for the others. */
const modes = ['none', 'add', 'mul', 'max', 'min'] as const
const elements = modes.flatMap((reduction) =>
  [0, 1].map((axis): Case => ({
    op: 'ScatterElements',
    title: `ScatterElements ${reduction}, axis ${axis}`,
    shapes: [
      [3, 3],
      [2, 2],
    ],
    build: (g, [x, u]) =>
      g.add(
        'ScatterElements',
        [
          x!,
          g.constant(
            'int64',
            reduction === 'none' ? [0, 1, 2, -1].map((i, k) => (axis === 1 ? [0, 1, 2, -3][k]! : i)) : [2, 2, 2, 0],
            [2, 2],
          ),
          u!,
        ],
        having({ axis, reduction }),
      ),
  })),
)
const blocks = modes.flatMap((reduction) => {
  const twice = reduction !== 'none'
  const variants: { at: number[]; of: number[]; u: number[] }[] = [
    { at: twice ? [2, 2] : [2, 0], of: [2, 1], u: [2, 2] },
    { at: twice ? [2, 1, 2, 1, 0, 0] : [2, 1, 0, 1, 0, 0], of: [3, 2], u: [3] },
    { at: [-1, 1, 0, 0], of: [2, 1, 2], u: [2, 1] },
  ]
  return variants.map(({ at, of, u }): Case => ({
    op: 'ScatterND',
    title: `ScatterND ${reduction} at [${of.join()}]`,
    shapes: [[3, 2], u],
    build: (g, [x, updates]) =>
      g.add(
        'ScatterND',
        [x!, g.constant('int64', at, of), updates!],
        having(reduction === 'none' ? {} : { reduction }),
      ),
  }))
})
const zeros: Case[] = [
  {
    op: 'ScatterElements',
    title: 'ScatterElements mul, with zeros among the updates and in x',
    shapes: [
      [1, 4],
      [1, 6],
    ],
    values: [
      [1.5, 0, -2, 0.7],
      [2, 0, 3, 0, 0, 1.2],
    ],
    build: (g, [x, u]) =>
      g.add(
        'ScatterElements',
        [x!, g.constant('int64', [0, 0, 1, 2, 2, 3], [1, 6]), u!],
        having({ axis: 1, reduction: 'mul' }),
      ),
  },
]

const top = [0, 1].flatMap((largest) =>
  [0, -1].map((axis): Case => ({
    op: 'TopK',
    title: `TopK, axis ${axis}, largest ${largest}`,
    shapes: [[4, 3]],
    build: (g, [x]) => g.addMany('TopK', [x!, g.ints([2])], { ...having({ axis, largest }), outputs: 2 })[0]!,
  })),
)

export const indexing: readonly Case[] = [...gathers, ...gatherND, ...elements, ...blocks, ...zeros, ...top]
