import type { Case } from './case.ts'
import { dice, having, upTo } from './case.ts'

/** Random attributes for a convolution over so many spatial axes, such that a window fits. */
function conv(axes: number, seed: number): Case {
  const roll = dice(seed * 17 + axes)
  const list = (low: number, high: number): number[] => upTo(axes).map(() => roll(low, high))
  const group = roll(1, 2)
  const [kernel, strides, dilations] = [axes === 3 ? list(1, 2) : list(1, 3), list(1, 2), list(1, 2)]
  const pads = [...list(0, 2), ...list(0, 2)]
  const spatial = kernel.map((k, i) => (k - 1) * dilations[i]! + roll(1, axes === 3 ? 2 : 4))
  const [channels, outputs] = [roll(1, 2) * group, roll(1, 2) * group]
  const isBiased = roll(0, 1) === 1
  return {
    op: 'Conv',
    title: `Conv [${spatial.join()}] kernel ${kernel.join()} strides ${strides.join()} dilations ${dilations.join()} pads ${pads.join()} group ${group}${isBiased ? ' biased' : ''}`,
    shapes: [
      [axes === 1 ? 2 : 1, channels, ...spatial],
      [outputs, channels / group, ...kernel],
      ...(isBiased ? [[outputs]] : []),
    ],
    build: (g, x) => g.add('Conv', x, having({ kernel_shape: kernel, strides, dilations, pads, group })),
  }
}

const automatic = (['SAME_UPPER', 'SAME_LOWER', 'VALID'] as const).flatMap((auto) =>
  [1, 2].map((stride): Case => ({
    op: 'Conv',
    title: `Conv auto_pad ${auto}, stride ${stride}`,
    shapes: [
      [1, 2, 5, 4],
      [2, 2, 3, 2],
    ],
    build: (g, x) => g.add('Conv', x, having({ auto_pad: auto, strides: [stride, stride] })),
  })),
)

const special: Case[] = [
  {
    op: 'Conv',
    title: 'Conv depthwise',
    shapes: [[2, 3, 4, 4], [3, 1, 3, 3], [3]],
    build: (g, x) => g.add('Conv', x, having({ group: 3, pads: [1, 1, 1, 1] })),
  },
  {
    op: 'Conv',
    title: 'Conv depthwise with two outputs a channel',
    shapes: [
      [1, 2, 5],
      [4, 1, 2],
    ],
    build: (g, x) => g.add('Conv', x, having({ group: 2 })),
  },
  {
    op: 'Conv',
    title: 'Conv, patches as in a vision transformer',
    shapes: [[1, 3, 4, 4], [2, 3, 2, 2], [2]],
    build: (g, x) => g.add('Conv', x, having({ strides: [2, 2], kernel_shape: [2, 2] })),
  },
]

function transposed(axes: number, seed: number): Case {
  const roll = dice(seed * 23 + axes)
  const list = (low: number, high: number): number[] => upTo(axes).map(() => roll(low, high))
  const group = roll(1, 2)
  const [kernel, strides, dilations, spatial] = [
    axes === 3 ? list(1, 2) : list(2, 3),
    list(1, 3),
    list(1, 2),
    axes === 3 ? list(2, 2) : list(2, 3),
  ]
  const pads = [...list(0, 1), ...(axes === 3 ? list(0, 0) : list(0, 1))]
  const padding = strides.map((stride) => roll(0, stride - 1))
  const [channels, outputs] = [roll(1, 2) * group, roll(1, 2)]
  const isBiased = roll(0, 1) === 1
  return {
    op: 'ConvTranspose',
    title: `ConvTranspose [${spatial.join()}] kernel ${kernel.join()} strides ${strides.join()} dilations ${dilations.join()} pads ${pads.join()} output_padding ${padding.join()} group ${group}`,
    shapes: [
      [axes === 1 ? 2 : 1, channels, ...spatial],
      [channels, outputs, ...kernel],
      ...(isBiased ? [[outputs * group]] : []),
    ],
    build: (g, x) => g.add('ConvTranspose', x, having({ strides, dilations, pads, group, output_padding: padding })),
  }
}
const shaped: Case[] = [
  ...(['SAME_UPPER', 'SAME_LOWER', 'VALID'] as const).map((auto): Case => ({
    op: 'ConvTranspose',
    title: `ConvTranspose auto_pad ${auto}`,
    shapes: [
      [1, 2, 3, 2],
      [2, 1, 3, 3],
    ],
    build: (g, x) => g.add('ConvTranspose', x, having({ auto_pad: auto, strides: [2, 2] })),
  })),
  ...(['SAME_UPPER', 'SAME_LOWER'] as const).map((auto): Case => ({
    op: 'ConvTranspose',
    title: `ConvTranspose auto_pad ${auto} with a kernel smaller than the stride`,
    shapes: [
      [1, 2, 3, 2],
      [2, 1, 3, 2],
    ],
    build: (g, x) => g.add('ConvTranspose', x, having({ auto_pad: auto, strides: [2, 3] })),
  })),
  {
    op: 'ConvTranspose',
    title: 'ConvTranspose to an output_shape beyond its windows',
    shapes: [
      [1, 2, 2, 2],
      [2, 1, 2, 2],
    ],
    build: (g, x) => g.add('ConvTranspose', x, having({ output_shape: [6, 6], strides: [3, 3] })),
  },
  {
    op: 'ConvTranspose',
    title: 'ConvTranspose to an output_shape',
    shapes: [
      [1, 2, 3, 3],
      [2, 2, 3, 3],
    ],
    build: (g, x) => g.add('ConvTranspose', x, having({ output_shape: [6, 5], strides: [2, 2] })),
  },
]

export const convolution: readonly Case[] = [
  ...[1, 2, 3].flatMap((axes) => upTo(axes === 3 ? 4 : 7).map((seed) => conv(axes, seed))),
  ...automatic,
  ...special,
  ...[1, 2, 3].flatMap((axes) => upTo(axes === 3 ? 3 : 6).map((seed) => transposed(axes, seed))),
  ...shaped,
]
