import type { Case } from './case.ts'
import { having, upTo } from './case.ts'

const shaped: Case[] = [
  ...[[3, -1], [0, -1], [2, 3, 2], [-1], [1, 12]].map((shape): Case => ({
    op: 'Reshape',
    title: `Reshape to [${shape.join()}]`,
    shapes: [[2, 3, 2]],
    build: (g, [x]) => g.add('Reshape', [x!, g.ints(shape)]),
  })),
  ...[[1], [-2], [1, 3], undefined].map((axes): Case => ({
    op: 'Squeeze',
    title: `Squeeze ${axes?.join() ?? 'all'}`,
    shapes: [[2, 1, 3, ...(axes?.includes(-2) === true ? [1, 3] : [1])]],
    build: (g, [x]) => g.add('Squeeze', axes === undefined ? [x!] : [x!, g.ints(axes)]),
  })),
  ...[[0], [-1], [0, -1], [1, 3]].map((axes): Case => ({
    op: 'Unsqueeze',
    title: `Unsqueeze ${axes.join()}`,
    shapes: [[2, 3]],
    build: (g, [x]) => g.add('Unsqueeze', [x!, g.ints(axes)]),
  })),
  ...[0, 1, 2, 3, -1].map((axis): Case => ({
    op: 'Flatten',
    title: `Flatten at ${axis}`,
    shapes: [[2, 3, 2]],
    build: (g, [x]) => g.add('Flatten', [x!], having({ axis })),
  })),
  ...[[3, 2, 4], [2, 1], [4], [1, 1]].map((shape): Case => ({
    op: 'Expand',
    title: `Expand to [${shape.join()}]`,
    shapes: [[2, 1]],
    build: (g, [x]) => g.add('Expand', [x!, g.ints(shape)]),
  })),
  ...[undefined, [2, 0, 1], [1, 0, 2], [0, 1, 2]].map((perm): Case => ({
    op: 'Transpose',
    title: `Transpose ${perm?.join() ?? 'all'}`,
    shapes: [[2, 3, 4]],
    build: (g, [x]) => g.add('Transpose', [x!], having(perm === undefined ? {} : { perm })),
  })),
  ...[
    [2, 3],
    [1, 1],
    [3, 1],
  ].map((repeats): Case => ({
    op: 'Tile',
    title: `Tile ${repeats.join(' by ')}`,
    shapes: [[2, 3]],
    build: (g, [x]) => g.add('Tile', [x!, g.ints(repeats)]),
  })),
]

const parts: Case[] = [
  {
    op: 'Split',
    title: 'Split, one part unused',
    shapes: [[2, 5]],
    build: (g, [x]) => {
      const made = g.addMany('Split', [x!, g.ints([1, 2, 2])], { ...having({ axis: 1 }), outputs: 3 })
      return g.add('Mul', [made[0]!, made[2]!])
    },
  },
  {
    op: 'Split',
    title: 'Split into three, the last one smaller',
    shapes: [[7, 2]],
    build: (g, [x]) => {
      const made = g.addMany('Split', [x!], { ...having({ num_outputs: 3 }), outputs: 3 })
      return g.add('Mul', [g.add('Add', [made[0]!, made[1]!]), made[2]!])
    },
  },
  ...[0, -1].map((axis): Case => ({
    op: 'Concat',
    title: `Concat along ${axis}, one value twice`,
    shapes:
      axis === 0
        ? [
            [1, 3],
            [2, 3],
          ]
        : [
            [2, 1],
            [2, 3],
          ],
    build: (g, [a, b]) => g.add('Concat', [a!, b!, a!], having({ axis })),
  })),
]

type Spec = readonly [starts: number[], ends: number[], axes?: number[], steps?: number[]]
const slices: readonly Spec[] = [
  [
    [1, 0],
    [3, 4],
  ],
  [[1], [3], [1]],
  [[-3], [-1], [-1]],
  [
    [0, 1],
    [100, -1],
    [1, 0],
  ],
  [[0], [5], [1], [2]],
  [[-1], [-100], [0], [-1]],
  [
    [4, 0],
    [0, 3],
    [1, 0],
    [-2, 2],
  ],
  [[3], [-100], [0], [-3]],
  [
    [0, 0],
    [4, 5],
  ],
]
const sliced = slices.map(([starts, ends, axes, steps]): Case => ({
  op: 'Slice',
  title: `Slice ${JSON.stringify([starts, ends, axes, steps])}`,
  shapes: [[4, 5]],
  build: (g, [x]) =>
    g.add('Slice', [
      x!,
      g.ints(starts),
      g.ints(ends),
      axes === undefined ? null : g.ints(axes),
      ...(steps === undefined ? [] : [g.ints(steps)]),
    ]),
}))

const padded = (['constant', 'reflect', 'edge', 'wrap'] as const).flatMap((mode) =>
  [[0, 0, 0, 0], [1, 2, 2, 1], [0, 3, 2, 0], ...(mode === 'constant' ? [[-1, 1, 2, -2]] : [])].map((pads): Case => ({
    op: 'Pad',
    title: `Pad ${mode} ${pads.join()}`,
    shapes: [[3, 4]],
    build: (g, [x]) => g.add('Pad', [x!, g.ints(pads)], having({ mode })),
  })),
)
const filled: Case[] = [
  {
    op: 'Pad',
    title: 'Pad by a number that is differentiated',
    shapes: [[2, 3], []],
    build: (g, [x, value]) => g.add('Pad', [x!, g.ints([1, 0, 0, 2]), value!]),
  },
  {
    op: 'Pad',
    title: 'Pad along one axis of three',
    shapes: [[2, 3, 2]],
    build: (g, [x]) => g.add('Pad', [x!, g.ints([1, 2]), null, g.ints([-1])], having({ mode: 'constant' })),
  },
]

const depth: Case[] = [
  ...(['DCR', 'CRD'] as const).map((mode): Case => ({
    op: 'DepthToSpace',
    title: `DepthToSpace ${mode}`,
    shapes: [[1, 8, 2, 1]],
    build: (g, [x]) => g.add('DepthToSpace', [x!], having({ blocksize: 2, mode })),
  })),
  {
    op: 'SpaceToDepth',
    title: 'SpaceToDepth',
    shapes: [[1, 2, 4, 2]],
    build: (g, [x]) => g.add('SpaceToDepth', [x!], having({ blocksize: 2 })),
  },
]

const triangles = [0, 1].flatMap((upper) =>
  [undefined, 1, -1].map((k): Case => ({
    op: 'Trilu',
    title: `Trilu, upper ${upper}, diagonal ${k ?? 'not given'}`,
    shapes: [[2, 3, 4]],
    build: (g, [x]) => g.add('Trilu', k === undefined ? [x!] : [x!, g.constant('int64', [k], [])], having({ upper })),
  })),
)
const reversed = [0, 1].map((time): Case => ({
  op: 'ReverseSequence',
  title: `ReverseSequence, time axis ${time}`,
  shapes: [[3, 3]],
  build: (g, [x]) =>
    g.add('ReverseSequence', [x!, g.ints([1, 3, 2])], having({ time_axis: time, batch_axis: 1 - time })),
}))

interface Resized {
  readonly scales?: readonly number[]
  readonly sizes?: readonly number[]
  readonly given: Readonly<Record<string, string | readonly number[]>>
}
const resized: readonly Resized[] = [
  ...['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'].map((mode) => ({
    scales: [1, 1, 1.5, 2],
    given: { mode: 'nearest', nearest_mode: mode, coordinate_transformation_mode: 'half_pixel' },
  })),
  {
    scales: [1, 1, 2, 3],
    given: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  },
  ...['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'half_pixel_symmetric'].flatMap((how) => [
    { scales: [1, 1, 2, 1.5], given: { mode: 'linear', coordinate_transformation_mode: how } },
    { sizes: [1, 2, 2, 7], given: { mode: 'linear', coordinate_transformation_mode: how } },
  ]),
  { scales: [2, 1.5], given: { mode: 'linear', axes: [2, 3] } },
  { sizes: [5, 2], given: { mode: 'nearest', axes: [3, 2] } },
  { scales: [1, 1, 2, 2], given: { mode: 'cubic', coordinate_transformation_mode: 'half_pixel' } },
  { sizes: [1, 2, 5, 3], given: { mode: 'cubic', coordinate_transformation_mode: 'align_corners' } },
]
const resize = resized.map(({ scales, sizes, given }): Case => ({
  op: 'Resize',
  title: `Resize ${JSON.stringify({ scales, sizes, ...given })}`,
  shapes: [[1, 2, 3, 4]],
  build: (g, [x]) =>
    g.add(
      'Resize',
      [
        x!,
        null,
        scales === undefined ? null : g.constant('float32', scales),
        ...(sizes === undefined ? [] : [g.ints(sizes)]),
      ],
      having(given),
    ),
}))

export const movement: readonly Case[] = [
  ...shaped,
  ...parts,
  ...sliced,
  ...padded,
  ...filled,
  ...depth,
  ...triangles,
  ...reversed,
  ...resize,
  {
    op: 'Identity',
    title: 'a value used three times',
    shapes: [[2, 2]],
    build: (g, [x]) =>
      g.add(
        'Sum',
        upTo(3).map(() => g.add('Identity', [x!])),
      ),
  },
]
