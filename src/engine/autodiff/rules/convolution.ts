import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int, ints } from '../../onnx/builder.ts'
import type { Attributes } from '../../onnx/graph.ts'
import { intAttribute } from '../../onnx/ops/op-use.ts'
import type { Window } from '../../onnx/ops/window.ts'
import { convolutionWindows, reach, transposedWindows } from '../../onnx/ops/window.ts'
import { cropped, reshaped, summedAway, transposed, upTo } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

interface Sliding {
  readonly windows: readonly Window[]
  readonly group: number
}

function attributesOf({ windows, group }: Sliding): Attributes {
  return {
    strides: ints(windows.map(({ stride }) => stride)),
    dilations: ints(windows.map(({ dilation }) => dilation)),
    group: int(group),
  }
}

/** dx of y = x ∗ w: every place's gradient spread back over its window. [N, M, places…] to [N, C, sizes…]. */
export function spreadBack(g: GraphBuilder, [dy, w]: readonly [Value, Value], sliding: Sliding): Value {
  // From the first place to the end of the last window; what the input has beyond that no window reads.
  const free = sliding.windows.map(
    (at) => at.size + at.begin - (at.stride * (at.places - 1) + reach(at.kernel, at.dilation)),
  )
  return g.add('ConvTranspose', [dy, w], {
    attributes: {
      ...attributesOf(sliding),
      pads: ints([...sliding.windows.map(({ begin }) => begin), ...free.map((size) => Math.max(0, -size))]),
      output_padding: ints(free.map((size) => Math.max(0, size))),
    },
  })
}

/** x ∗ w with what lies beyond the places left out: the gradient of a transposed convolution's input. */
function correlated(g: GraphBuilder, [x, w]: readonly [Value, Value], sliding: Sliding): Value {
  const { windows } = sliding
  const pads = [...windows.map(({ begin }) => begin), ...windows.map(({ end }) => end)]
  const y = g.add('Conv', [x, w], { attributes: { ...attributesOf(sliding), pads: ints(pads) } })
  return cropped(g, y, [x.shape[0]!, w.shape[0]!, ...windows.map(({ places }) => places)])
}

/** Channels first, with the groups where Conv wants them: [N, G·c, …] to [c, G·N, …] (of the input) or [G·c, N, …]. */
function channelsFirst(g: GraphBuilder, x: Value, { group, isInput }: { group: number; isInput: boolean }): Value {
  const [n, channels, ...rest] = x.shape as [number, number, ...number[]]
  const order = [...upTo(rest.length)]
  if (group === 1 || !isInput) return transposed(g, x, [1, 0, ...order.map((i) => i + 2)])
  const apart = reshaped(g, x, [n, group, channels / group, ...rest])
  return reshaped(g, transposed(g, apart, [2, 1, 0, ...order.map((i) => i + 3)]), [
    channels / group,
    group * n,
    ...rest,
  ])
}

/**
 * dW of y = x ∗ w, dW[m, c, k] = Σ dy[n, m, p]·x[n, c, p·stride + k·dilation − pad]: itself a convolution, with samples in
 * the part of channels and strides and dilations exchanged.
 */
function weightGradient(g: GraphBuilder, [x, dy]: readonly [Value, Value], { windows, group }: Sliding): Value {
  const y = g.add(
    'Conv',
    [channelsFirst(g, x, { group, isInput: true }), channelsFirst(g, dy, { group, isInput: false })],
    {
      attributes: {
        strides: ints(windows.map(({ dilation }) => dilation)),
        dilations: ints(windows.map(({ stride }) => stride)),
        pads: ints([...windows.map(({ begin }) => begin), ...windows.map(({ end }) => end)]),
        group: int(group),
      },
    },
  )
  const kernel = windows.map((at) => at.kernel)
  const fitted = cropped(g, y, [x.shape[1]! / group, dy.shape[1]!, ...kernel])
  return transposed(g, fitted, [1, 0, ...upTo(kernel.length).map((i) => i + 2)])
}

/** Σ over samples and places: [C]. */
const biasGradient = (g: GraphBuilder, dy: Value): Value =>
  summedAway(g, dy, [0, ...upTo(dy.shape.length - 2).map((i) => i + 2)])

const slidingOf = (use: RuleUse, windows: readonly Window[]): Sliding => ({
  windows,
  group: intAttribute(use.attributes, 'group', 1),
})

export const convolution = {
  Conv: (use) => {
    const { g, x, dy, wants } = use
    const sliding = slidingOf(use, convolutionWindows(use))
    return [
      wants(0) ? spreadBack(g, [dy[0]!, x[1]!], sliding) : null,
      wants(1) ? weightGradient(g, [x[0]!, dy[0]!], sliding) : null,
      wants(2) ? biasGradient(g, dy[0]!) : null,
    ]
  },
  /** The transpose of a convolution: input and output change places. */
  ConvTranspose: (use) => {
    const { g, x, dy, wants } = use
    const sliding = slidingOf(use, transposedWindows(use))
    return [
      wants(0) ? correlated(g, [dy[0]!, x[1]!], sliding) : null,
      wants(1) ? weightGradient(g, [dy[0]!, x[0]!], sliding) : null,
      wants(2) ? biasGradient(g, dy[0]!) : null,
    ]
  },
} satisfies Record<string, GradientRule>
