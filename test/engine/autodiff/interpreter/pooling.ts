import { isInside, seen, slideOf } from './products.ts'
import type { Call, Loop, Tensor } from './tensor.ts'
import { at, fill, indicesOf, intOf, intsOf } from './tensor.ts'

/** Places of x under the window of an output place, and how many there would be with the padding. */
function windows(call: Call): (place: readonly number[]) => { under: number[][]; padded: number } {
  const long = call.x[0]!.shape.slice(2)
  const kernel = intsOf(call.attributes, 'kernel_shape', [])
  const slide = slideOf(call, [long, call.y[0]!.shape.slice(2), kernel])
  const taps = indicesOf(kernel)
  return (place) => {
    const all = taps.map((k) => seen(slide, place, k))
    const isPadded = (index: readonly number[]): boolean =>
      index.every((i, axis) => i < long[axis]! + slide.ends[axis]!)
    return { under: all.filter((index) => isInside(index, long)), padded: all.filter(isPadded).length }
  }
}

const flat = (shape: readonly number[], index: readonly number[]): number =>
  shape.reduce((place, size, axis) => place * size + index[axis]!, 0)

function maxPool(call: Call): Tensor[] {
  const { x, y } = call
  const under = windows(call)
  const best = ([n, c, ...place]: readonly number[]): number[] =>
    under(place)
      .under.map((index) => [n!, c!, ...index])
      .reduce((a, b) => (at(x[0]!, b) > at(x[0]!, a) ? b : a))
  return y.map((type, k) => fill(type, (index) => (k === 0 ? at(x[0]!, best(index)) : flat(x[0]!.shape, best(index)))))
}

function averagePool(call: Call): Tensor[] {
  const { x, y, attributes } = call
  const under = windows(call)
  const withPadding = intOf(attributes, 'count_include_pad', 0) === 1
  return [
    fill(y[0]!, ([n, c, ...place]) => {
      const found = under(place)
      const total = found.under.reduce((s, index) => s + at(x[0]!, [n!, c!, ...index]), 0)
      return total / (withPadding ? found.padded : found.under.length)
    }),
  ]
}

const norm = (v: readonly number[], p: number): number => v.reduce((s, e) => s + Math.abs(e) ** p, 0) ** (1 / p)

/** One number from all places of a channel. */
const global =
  (f: (v: readonly number[], call: Call) => number): Loop =>
  (call) => {
    const { x, y } = call
    const places = indicesOf(x[0]!.shape.slice(2))
    return [
      fill(y[0]!, ([n, c]) =>
        f(
          places.map((index) => at(x[0]!, [n!, c!, ...index])),
          call,
        ),
      ),
    ]
  }

export const pooling: Readonly<Record<string, Loop>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  LpPool: (call) => {
    const under = windows(call)
    const p = intOf(call.attributes, 'p', 2)
    return [
      fill(call.y[0]!, ([n, c, ...place]) =>
        norm(
          under(place).under.map((index) => at(call.x[0]!, [n!, c!, ...index])),
          p,
        ),
      ),
    ]
  },
  GlobalAveragePool: global((v) => v.reduce((a, b) => a + b, 0) / v.length),
  GlobalMaxPool: global((v) => Math.max(...v)),
  GlobalLpPool: global((v, { attributes }) => norm(v, intOf(attributes, 'p', 2))),
}
