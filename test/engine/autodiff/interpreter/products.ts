import type { Call, Loop, Tensor } from './tensor.ts'
import { at, fill, floatOf, indicesOf, intOf, intsOf, textOf, writable } from './tensor.ts'

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0)

function matmul({ x: [a, b], y }: Call): Tensor[] {
  const left = a!.shape.length === 1 ? { ...a!, shape: [1, ...a!.shape] } : a!
  const right = b!.shape.length === 1 ? { ...b!, shape: [...b!.shape, 1] } : b!
  return [
    fill(y[0]!, (index) => {
      const rest = [...index]
      const n = b!.shape.length === 1 ? 0 : rest.pop()!
      const m = a!.shape.length === 1 ? 0 : rest.pop()!
      return sum(upTo(left.shape.at(-1)!).map((k) => at(left, [...rest, m, k]) * at(right, [...rest, k, n])))
    }),
  ]
}

function gemm({ x: [a, b, c], attributes, y }: Call): Tensor[] {
  const [ta, tb] = [intOf(attributes, 'transA', 0) === 1, intOf(attributes, 'transB', 0) === 1]
  const [alpha, beta] = [floatOf(attributes, 'alpha', 1), floatOf(attributes, 'beta', 1)]
  return [
    fill(y[0]!, ([m, n]) => {
      const terms = upTo(a!.shape[ta ? 0 : 1]!).map(
        (k) => at(a!, ta ? [k, m!] : [m!, k]) * at(b!, tb ? [n!, k] : [k, n!]),
      )
      return alpha * sum(terms) + (c === undefined ? 0 : beta * at(c, [m!, n!]))
    }),
  ]
}

/** Every assignment of indices to labels adds its product to the output element it names. */
function einsum({ x, attributes, y }: Call): Tensor[] {
  const [left, right] = textOf(attributes, 'equation', '').replaceAll(' ', '').split('->')
  const spelled = (term: string, rank: number): string[] => {
    const [before, after] = term.split('...')
    if (after === undefined) return [...before!]
    const hidden = rank - before!.length - after.length
    return [...before!, ...upTo(hidden).map((i) => `.${hidden - i}`), ...after]
  }
  const terms = left!.split(',').map((term, i) => spelled(term, x[i]!.shape.length))
  const letters = terms.flat()
  const implicit = [
    ...[...new Set(letters.filter((l) => l.startsWith('.')))].sort().reverse(),
    ...letters.filter((l) => !l.startsWith('.') && letters.indexOf(l) === letters.lastIndexOf(l)).sort(),
  ]
  const output = right === undefined ? implicit : spelled(right, y[0]!.shape.length)
  const labels = [...new Set(letters)]
  const sizes = labels.map((l) =>
    Math.max(...terms.flatMap((t, i) => t.map((m, d) => (m === l ? x[i]!.shape[d]! : 1)))),
  )
  const out = writable(fill(y[0]!, () => 0))
  for (const values of indicesOf(sizes)) {
    const of = (term: readonly string[]): number[] => term.map((l) => values[labels.indexOf(l)]!)
    out.data[out.place(of(output))]! += x.reduce((p, one, i) => p * at(one, of(terms[i]!)), 1)
  }
  return [out.done()]
}

interface Slide {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly begins: readonly number[]
  readonly ends: readonly number[]
}

/** Strides, dilations and leading pads; `long` and `short` are the spatial sizes on either side of the convolution. */
export function slideOf({ attributes }: Call, [long, short, kernel]: readonly (readonly number[])[]): Slide {
  const ones = long!.map(() => 1)
  const strides = intsOf(attributes, 'strides', ones)
  const dilations = intsOf(attributes, 'dilations', ones)
  const auto = textOf(attributes, 'auto_pad', 'NOTSET')
  const pads = intsOf(
    attributes,
    'pads',
    [...ones, ...ones].map(() => 0),
  )
  const total = (size: number, i: number): number =>
    Math.max(0, (short![i]! - 1) * strides[i]! + dilations[i]! * (kernel![i]! - 1) + 1 - size)
  const halves = long!.map((size, i) => [Math.floor(total(size, i) / 2), Math.ceil(total(size, i) / 2)] as const)
  const both = long!.map((_, i): readonly [number, number] => {
    if (auto === 'VALID') return [0, 0]
    if (auto === 'NOTSET') return [pads[i]!, pads[i + long!.length]!]
    const [less, more] = halves[i]!
    return auto === 'SAME_UPPER' ? [less, more] : [more, less]
  })
  const [begins, ends] = [both.map(([begin]) => begin), both.map(([, end]) => end)]
  return { strides, dilations, begins, ends }
}

/** Places in the long side that a place of the short side sees through a kernel element. */
export const seen = (
  { strides, dilations, begins }: Omit<Slide, 'ends'>,
  place: readonly number[],
  k: readonly number[],
): number[] => place.map((p, i) => p * strides[i]! + k[i]! * dilations[i]! - begins[i]!)
export const isInside = (index: readonly number[], shape: readonly number[]): boolean =>
  index.every((i, axis) => i >= 0 && i < shape[axis]!)

function conv(call: Call): Tensor[] {
  const {
    x: [x, w, bias],
    attributes,
    y,
  } = call
  const [long, kernel] = [x!.shape.slice(2), w!.shape.slice(2)]
  const slide = slideOf(call, [long, y[0]!.shape.slice(2), kernel])
  const perGroup = w!.shape[0]! / intOf(attributes, 'group', 1)
  const taps = indicesOf(w!.shape.slice(1))
  return [
    fill(y[0]!, ([n, m, ...place]) => {
      const first = Math.floor(m! / perGroup) * w!.shape[1]!
      const terms = taps.map(([c, ...k]) => {
        const from = seen(slide, place, k)
        return isInside(from, long) ? at(x!, [n!, first + c!, ...from]) * at(w!, [m!, c!, ...k]) : 0
      })
      return sum(terms) + (bias === undefined ? 0 : bias.data[m!]!)
    }),
  ]
}

/** Each input element adds the kernel times itself to the output around its place. */
function convTranspose(call: Call): Tensor[] {
  const {
    x: [x, w, bias],
    attributes,
    y,
  } = call
  const [long, kernel] = [y[0]!.shape.slice(2), w!.shape.slice(2)]
  const slide = transposedSlide(call, [long, x!.shape.slice(2), kernel])
  const perGroup = w!.shape[0]! / intOf(attributes, 'group', 1)
  const out = writable(fill(y[0]!, ([, m]) => bias?.data[m!] ?? 0))
  for (const [n, c, ...place] of indicesOf(x!.shape))
    for (const [m, ...k] of indicesOf(w!.shape.slice(1))) {
      const to = seen(slide, place, k)
      const channel = Math.floor(c! / perGroup) * w!.shape[1]! + m!
      if (isInside(to, long))
        out.data[out.place([n!, channel, ...to])]! += at(x!, [n!, c!, ...place]) * at(w!, [c!, m!, ...k])
    }
  return [out.done()]
}

/** Leading pads of a transposed convolution: given, or what it takes to cut the output to its shape. */
function transposedSlide(call: Call, [long, short, kernel]: readonly (readonly number[])[]): Omit<Slide, 'ends'> {
  const { attributes } = call
  const ones = long!.map(() => 1)
  const strides = intsOf(attributes, 'strides', ones)
  const dilations = intsOf(attributes, 'dilations', ones)
  const extra = intsOf(
    attributes,
    'output_padding',
    ones.map(() => 0),
  )
  const auto = textOf(attributes, 'auto_pad', 'NOTSET')
  const isCut = attributes['output_shape'] !== undefined || auto.startsWith('SAME')
  const begins = long!.map((size, i) => {
    const full = strides[i]! * (short![i]! - 1) + extra[i]! + dilations[i]! * (kernel![i]! - 1) + 1
    if (isCut) return auto === 'SAME_UPPER' ? Math.floor((full - size) / 2) : Math.ceil((full - size) / 2)
    return auto === 'VALID'
      ? 0
      : intsOf(
          attributes,
          'pads',
          [...ones, ...ones].map(() => 0),
        )[i]!
  })
  return { strides, dilations, begins }
}

export const products: Readonly<Record<string, Loop>> = {
  MatMul: matmul,
  Gemm: gemm,
  Einsum: einsum,
  Conv: conv,
  ConvTranspose: convTranspose,
}
