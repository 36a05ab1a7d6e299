import type { Call, Loop, Tensor } from './tensor.ts'
import { at, fill, indicesOf, intOf, intsOf, positive, textOf, writable } from './tensor.ts'

/** The same elements in another shape. */
const reshape: Loop = ({ x: [x], y }) => [{ ...y[0]!, data: x!.data }]

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** The parts of an axis before each part. */
const offsets = (sizes: readonly number[]): number[] =>
  sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0))

/** Python's x[start:end:step], a negative index counted from the back. */
function picked(size: number, { start, end, step }: { start: number; end: number; step: number }): number[] {
  const from = start < 0 ? start + size : start
  const to = end < 0 ? end + size : end
  if (step > 0) return upTo(size).filter((i) => i >= from && i < to && (i - Math.max(from, 0)) % step === 0)
  const last = Math.min(from, size - 1)
  return upTo(size)
    .reverse()
    .filter((i) => i <= last && (end < -size || i > to) && (last - i) % -step === 0)
}

function slice({ x: [x, starts, ends, axes, steps], y }: Call): Tensor[] {
  const rank = x!.shape.length
  const taken = x!.shape.map(upTo)
  starts!.data.forEach((start, i) => {
    const axis = positive(axes?.data[i] ?? i, rank)
    taken[axis] = picked(x!.shape[axis]!, { start, end: ends!.data[i]!, step: steps?.data[i] ?? 1 })
  })
  return [
    fill(y[0]!, (index) =>
      at(
        x!,
        index.map((i, axis) => taken[axis]![i]!),
      ),
    ),
  ]
}

/** Where an index beside an axis of n points to; undefined: to the padding. */
function reflected(i: number, n: number, mode: string): number | undefined {
  if (i >= 0 && i < n) return i
  if (mode === 'edge') return i < 0 ? 0 : n - 1
  if (mode === 'wrap') return ((i % n) + n) % n
  if (mode === 'constant') return undefined
  // Walk to and fro between the first and the last.
  let [place, step] = [0, 1]
  for (let k = 0; k < Math.abs(i < 0 ? i : i); k++) {
    if (place + step < 0 || place + step >= n) step = -step
    place += step
  }
  return place
}

function pad({ x: [x, pads, value, axes], attributes, y }: Call): Tensor[] {
  const rank = x!.shape.length
  const mode = textOf(attributes, 'mode', 'constant')
  const before = x!.shape.map(() => 0)
  const named = axes?.data ?? x!.shape.map((_, i) => i)
  named.forEach((axis, i) => (before[positive(axis, rank)] = pads!.data[i]!))
  return [
    fill(y[0]!, (index) => {
      const from = index.map((i, axis) => reflected(i - before[axis]!, x!.shape[axis]!, mode))
      return from.includes(undefined) ? (value?.data[0] ?? 0) : at(x!, from as number[])
    }),
  ]
}

/** Weights of the input elements that a resized element is made of, along one axis, by the ONNX text. */
function resized({ attributes }: Call, i: number, [from, to, scale]: readonly [number, number, number]): number[] {
  const mode = textOf(attributes, 'coordinate_transformation_mode', 'half_pixel')
  const place =
    mode === 'asymmetric'
      ? i / scale
      : mode === 'align_corners'
        ? to === 1
          ? 0
          : (i * (from - 1)) / (to - 1)
        : mode === 'pytorch_half_pixel' && to === 1
          ? 0
          : mode === 'half_pixel_symmetric'
            ? (from / 2) * (1 - to / (scale * from)) + (i + 0.5) / scale - 0.5
            : (i + 0.5) / scale - 0.5
  const weights = upTo(from).map(() => 0)
  const put = (k: number, weight: number): void => {
    weights[Math.min(Math.max(k, 0), from - 1)]! += weight
  }
  const kind = textOf(attributes, 'mode', 'nearest')
  const low = Math.floor(place)
  const t = place - low
  if (kind === 'nearest') {
    const rounding = textOf(attributes, 'nearest_mode', 'round_prefer_floor')
    const half = rounding === 'round_prefer_floor' ? (t > 0.5 ? 1 : 0) : t >= 0.5 ? 1 : 0
    put(low + (rounding === 'floor' ? 0 : rounding === 'ceil' ? Math.ceil(t) : half), 1)
  } else if (kind === 'linear') {
    put(low, 1 - t)
    put(low + 1, t)
  } else {
    const a = -0.75
    put(low - 1, ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a)
    put(low, ((a + 2) * t - (a + 3)) * t * t + 1)
    put(low + 1, ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1)
    put(low + 2, ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a)
  }
  return weights
}

function resize(call: Call): Tensor[] {
  const { x, y } = call
  const { shape } = x[0]!
  const sizes = y[0]!.shape
  const axes = intsOf(call.attributes, 'axes', upTo(shape.length))
  const scales = x[2]?.data ?? []
  const scale = (axis: number): number => {
    if (scales.length === 0) return sizes[axis]! / shape[axis]!
    return axes.includes(axis) ? scales[axes.indexOf(axis)]! : 1
  }
  const weights = shape.map((from, axis) =>
    upTo(sizes[axis]!).map((i) =>
      scale(axis) === 1
        ? upTo(from).map((k) => (k === i ? 1 : 0))
        : resized(call, i, [from, sizes[axis]!, scale(axis)]),
    ),
  )
  const all = indicesOf(shape)
  return [
    fill(y[0]!, (index) =>
      all.reduce(
        (sum, from) => sum + from.reduce((w, k, axis) => w * weights[axis]![index[axis]!]![k]!, 1) * at(x[0]!, from),
        0,
      ),
    ),
  ]
}

function blocks({ x: [x], attributes, y }: Call, isUp: boolean): Tensor[] {
  const b = intOf(attributes, 'blocksize', 1)
  const isDepthFirst = textOf(attributes, 'mode', 'DCR') === 'DCR'
  const [, deep] = (isUp ? x! : { shape: y[0]!.shape }).shape
  const shallow = deep! / (b * b)
  /** Channel of the deep form for a channel, a row and a column within the block. */
  const channel = (c: number, row: number, column: number): number =>
    isDepthFirst ? (row * b + column) * shallow + c : (c * b + row) * b + column
  if (isUp)
    return [
      fill(y[0]!, ([n, c, h, w]) => at(x!, [n!, channel(c!, h! % b, w! % b), Math.floor(h! / b), Math.floor(w! / b)])),
    ]
  const out = writable(fill(y[0]!, () => 0))
  for (const [n, c, h, w] of indicesOf(x!.shape))
    out.data[out.place([n!, channel(c!, h! % b, w! % b), Math.floor(h! / b), Math.floor(w! / b)])] = at(x!, [
      n!,
      c!,
      h!,
      w!,
    ])
  return [out.done()]
}

export const movement: Readonly<Record<string, Loop>> = {
  Reshape: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  Flatten: reshape,
  Expand: ({ x: [x], y }) => [fill(y[0]!, (index) => at(x!, index))],
  Transpose: ({ x: [x], attributes, y }) => {
    const perm = intsOf(attributes, 'perm', upTo(x!.shape.length).reverse())
    return [
      fill(y[0]!, (index) => {
        const from = [...index]
        perm.forEach((axis, i) => (from[axis] = index[i]!))
        return at(x!, from)
      }),
    ]
  },
  Split: ({ x: [x], attributes, y }) => {
    const axis = positive(intOf(attributes, 'axis', 0), x!.shape.length)
    const starts = offsets(y.map(({ shape }) => shape[axis]!))
    return y.map((type, k) => fill(type, (index) => at(x!, index.with(axis, index[axis]! + starts[k]!))))
  },
  Concat: ({ x, attributes, y }) => {
    const axis = positive(intOf(attributes, 'axis', 0), x[0]!.shape.length)
    const starts = offsets(x.map(({ shape }) => shape[axis]!))
    return [
      fill(y[0]!, (index) => {
        const k = starts.findLastIndex((start, i) => start <= index[axis]! && x[i]!.shape[axis]! > 0)
        return at(x[k]!, index.with(axis, index[axis]! - starts[k]!))
      }),
    ]
  },
  Slice: slice,
  Pad: pad,
  Resize: resize,
  Tile: ({ x: [x], y }) => [
    fill(y[0]!, (index) =>
      at(
        x!,
        index.map((i, axis) => i % x!.shape[axis]!),
      ),
    ),
  ],
  DepthToSpace: (call) => blocks(call, true),
  SpaceToDepth: (call) => blocks(call, false),
  Trilu: ({ x: [x, k], attributes, y }) => {
    const isUpper = intOf(attributes, 'upper', 1) === 1
    const diagonal = k?.data[0] ?? 0
    return [
      fill(y[0]!, (index) => {
        const beyond = index.at(-1)! - index.at(-2)! - diagonal
        return (isUpper ? beyond >= 0 : beyond <= 0) ? at(x!, index) : 0
      }),
    ]
  },
  ReverseSequence: ({ x: [x, lengths], attributes, y }) => {
    const [time, batch] = [intOf(attributes, 'time_axis', 0), intOf(attributes, 'batch_axis', 1)]
    return [
      fill(y[0]!, (index) => {
        const length = lengths!.data[index[batch]!]!
        const t = index[time]!
        return at(x!, t < length ? index.with(time, length - 1 - t) : index)
      }),
    ]
  },
}
