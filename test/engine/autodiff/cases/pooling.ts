import type { Case } from './case.ts'
import { having } from './case.ts'

interface Pooled {
  readonly spatial: readonly number[]
  readonly given: Readonly<Record<string, number | string | readonly number[]>>
}
const windows: readonly Pooled[] = [
  { spatial: [5], given: { kernel_shape: [2] } },
  { spatial: [7], given: { kernel_shape: [3], strides: [2], pads: [1, 1] } },
  { spatial: [4, 5], given: { kernel_shape: [2, 3], strides: [1, 2] } },
  { spatial: [4, 4], given: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
  { spatial: [5, 4], given: { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 } },
  { spatial: [5, 6], given: { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 1, 0, 0], ceil_mode: 1 } },
  { spatial: [5, 5], given: { kernel_shape: [2, 2], dilations: [2, 3] } },
  { spatial: [5, 4], given: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' } },
  { spatial: [5, 4], given: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: 'SAME_LOWER' } },
  { spatial: [5, 4], given: { kernel_shape: [2, 3], auto_pad: 'VALID' } },
  { spatial: [3, 3, 2], given: { kernel_shape: [2, 2, 2], pads: [1, 0, 0, 0, 1, 0] } },
]
const titled = ({ spatial, given }: Pooled): string => `[${spatial.join()}] ${JSON.stringify(given)}`

const max = windows.map((one): Case => ({
  op: 'MaxPool',
  title: `MaxPool ${titled(one)}`,
  shapes: [[2, 2, ...one.spatial]],
  build: (g, [x]) => g.add('MaxPool', [x!], having(one.given)),
}))
const stored: Case = {
  op: 'MaxPool',
  title: 'MaxPool with its places in column order',
  shapes: [[1, 2, 4, 3]],
  build: (g, [x]) =>
    g.addMany('MaxPool', [x!], { ...having({ kernel_shape: [2, 2], storage_order: 1 }), outputs: 2 })[0]!,
}
const average = windows.flatMap((one) =>
  [0, 1].map((count): Case => ({
    op: 'AveragePool',
    title: `AveragePool ${titled(one)} count_include_pad ${count}`,
    shapes: [[2, 2, ...one.spatial]],
    build: (g, [x]) => g.add('AveragePool', [x!], having({ ...one.given, count_include_pad: count })),
  })),
)
const lp = windows
  .filter(({ given }) => given['ceil_mode'] === undefined && given['dilations'] === undefined)
  .flatMap((one, i): Case => ({
    op: 'LpPool',
    title: `LpPool ${titled(one)} p ${(i % 3) + 1}`,
    shapes: [[1, 2, ...one.spatial]],
    build: (g, [x]) => g.add('LpPool', [x!], having({ ...one.given, p: (i % 3) + 1 })),
  }))
const global = (['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'] as const).flatMap((op) =>
  [[4], [3, 2], [2, 2, 2]].map((spatial): Case => ({
    op,
    title: `${op} [${spatial.join()}]`,
    shapes: [[2, 3, ...spatial]],
    build: (g, [x]) => g.add(op, [x!]),
  })),
)

export const pooling: readonly Case[] = [...max, stored, ...average, ...lp, ...global]
