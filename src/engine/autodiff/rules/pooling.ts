import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int, text } from '../../onnx/builder.ts'
import { sizeOf } from '../../onnx/graph.ts'
import { floatAttribute, intAttribute } from '../../onnx/ops/op-use.ts'
import type { Window } from '../../onnx/ops/window.ts'
import { poolingWindows } from '../../onnx/ops/window.ts'
import { compared, indicator, product, reshaped, summed, upTo, zeros } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'
import { spreadBack } from './convolution.ts'

/** Every place's gradient to all elements of its window, channel by channel. */
function toWindows(g: GraphBuilder, dy: Value, { windows, like }: { windows: readonly Window[]; like: Value }): Value {
  const [n, c] = like.shape as [number, number]
  const flat = reshaped(g, dy, [n * c, 1, ...dy.shape.slice(2)])
  const kernel = windows.map((at) => at.kernel)
  const ones = g.constant(dy.type, new Array<number>(sizeOf(kernel)).fill(1), [1, 1, ...kernel])
  return reshaped(g, spreadBack(g, [flat, ones], { windows, group: 1 }), like.shape)
}

/** Elements under the window at each place along an axis: those of the input, or with the padding. */
function counts({ size, kernel, stride, dilation, begin, end, places }: Window, withPadding: boolean): number[] {
  const [low, high] = withPadding ? [-begin, size + end] : [0, size]
  return upTo(places).map((place) => {
    const under = upTo(kernel).map((k) => place * stride - begin + k * dilation)
    return under.filter((at) => at >= low && at < high).length
  })
}

/** 1 over the elements under each window, over all axes: [1, 1, places…]. */
function shares(g: GraphBuilder, use: RuleUse, windows: readonly Window[]): Value {
  const withPadding = intAttribute(use.attributes, 'count_include_pad', 0) === 1
  const all = windows.reduce(
    (products, window) => products.flatMap((p) => counts(window, withPadding).map((count) => p * count)),
    [1],
  )
  return g.constant(
    use.dy[0]!.type,
    all.map((count) => 1 / count),
    [1, 1, ...windows.map(({ places }) => places)],
  )
}

/** The operator counts where the largest lay, in the order of memory; a graph that asks otherwise is asked once more. */
function places(use: RuleUse): Value {
  const { g, x, y, attributes } = use
  if (intAttribute(attributes, 'storage_order', 0) === 0) return y[1]!
  return g.addMany('MaxPool', [x[0]!], { attributes: { ...attributes, storage_order: int(0) }, outputs: 2 })[1]!
}

/** y = (Σ|x|^p)^{1/p}: dx = sign x·|x|^{p−1}·y^{1−p}·dy, 0 where y is 0. `spread` brings places back to elements. */
function norm(use: RuleUse, spread: (dy: Value) => Value): Value {
  const { g, x, y, dy, attributes } = use
  const given = attributes['p']
  const p = given !== undefined && 'int' in given ? given.int : floatAttribute(attributes, 'p', 2)
  const isZero = compared(g, y[0]!, ['Equal', 0])
  const safe = g.add('Where', [isZero, g.scalar(1, y[0]!), y[0]!])
  const part = spread(g.add('Mul', [dy[0]!, g.add('Pow', [safe, g.scalar(1 - p, safe)])]))
  const power = g.add('Pow', [g.add('Abs', [x[0]!]), g.scalar(p - 1, x[0]!)])
  return product(g, part, g.add('Sign', [x[0]!]), power)
}

const spatial = (x: Value): number[] => upTo(x.shape.length - 2).map((i) => i + 2)

export const pooling = {
  /** To the largest of each window, the first of several. Windows that overlap add up. */
  MaxPool: (use) => {
    const { g, x, dy } = use
    const flat = (v: Value): Value => reshaped(g, v, [-1])
    const spread = g.add('ScatterElements', [zeros(g, x[0]!, [sizeOf(x[0]!.shape)]), flat(places(use)), flat(dy[0]!)], {
      attributes: { axis: int(0), reduction: text('add') },
    })
    return [reshaped(g, spread, x[0]!.shape)]
  },
  AveragePool: (use) => {
    const windows = poolingWindows(use)
    const part = use.g.add('Mul', [use.dy[0]!, shares(use.g, use, windows)])
    return [toWindows(use.g, part, { windows, like: use.x[0]! })]
  },
  LpPool: (use) => {
    const windows = poolingWindows(use)
    return [norm(use, (dy) => toWindows(use.g, dy, { windows, like: use.x[0]! }))]
  },
  GlobalAveragePool: ({ g, x: [x], dy: [dy] }) => {
    const count = sizeOf(x!.shape.slice(2))
    return [g.add('Expand', [g.add('Mul', [dy!, g.scalar(1 / count, dy!)]), g.ints(x!.shape)])]
  },
  /** In equal parts where several tie. */
  GlobalMaxPool: ({ g, x: [x], y: [y], dy: [dy] }) => {
    const hit = indicator(g, g.add('Equal', [x!, y!]), x!)
    return [product(g, g.add('Div', [hit, summed(g, hit, spatial(x!))]), dy!)]
  },
  GlobalLpPool: (use) => [norm(use, (dy) => dy)],
} satisfies Record<string, GradientRule>
