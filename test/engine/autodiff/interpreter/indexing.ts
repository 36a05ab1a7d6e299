import type { Call, Loop, Tensor } from './tensor.ts'
import { at, fill, indicesOf, intOf, positive, textOf, writable } from './tensor.ts'

const combine: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
}

/** Index tuple of the places one row of a GatherND or ScatterND is about. */
const tuple = (indices: Tensor, lead: readonly number[], shape: readonly number[]): number[] =>
  Array.from({ length: indices.shape.at(-1)! }, (_, k) => positive(at(indices, [...lead, k]), shape[k]!))

function scatterND({ x: [x, indices, updates], attributes }: Call): Tensor[] {
  const put = combine[textOf(attributes, 'reduction', 'none')]!
  const out = writable(x!)
  for (const lead of indicesOf(indices!.shape.slice(0, -1))) {
    const start = tuple(indices!, lead, x!.shape)
    for (const rest of indicesOf(x!.shape.slice(start.length))) {
      const place = out.place([...start, ...rest])
      out.data[place] = put(out.data[place]!, at(updates!, [...lead, ...rest]))
    }
  }
  return [out.done()]
}

function scatterElements({ x: [x, indices, updates], attributes }: Call): Tensor[] {
  const axis = positive(intOf(attributes, 'axis', 0), x!.shape.length)
  const put = combine[textOf(attributes, 'reduction', 'none')]!
  const out = writable(x!)
  for (const index of indicesOf(indices!.shape)) {
    const place = out.place(index.with(axis, positive(at(indices!, index), x!.shape[axis]!)))
    out.data[place] = put(out.data[place]!, at(updates!, index))
  }
  return [out.done()]
}

function topK({ x: [x], attributes, y }: Call): Tensor[] {
  const axis = positive(intOf(attributes, 'axis', -1), x!.shape.length)
  const isLargest = intOf(attributes, 'largest', 1) === 1
  const ranked = (index: readonly number[]): number[] => {
    const v = Array.from({ length: x!.shape[axis]! }, (_, i) => at(x!, index.with(axis, i)))
    return v.map((_, i) => i).sort((p, q) => (isLargest ? v[q]! - v[p]! : v[p]! - v[q]!) || p - q)
  }
  const place = (index: readonly number[]): number => ranked(index)[index[axis]!]!
  return y.map((type, k) => fill(type, (index) => (k === 1 ? place(index) : at(x!, index.with(axis, place(index))))))
}

export const indexing: Readonly<Record<string, Loop>> = {
  Gather: ({ x: [x, indices], attributes, y }) => {
    const axis = positive(intOf(attributes, 'axis', 0), x!.shape.length)
    const rank = indices!.shape.length
    return [
      fill(y[0]!, (index) => {
        const row = positive(at(indices!, index.slice(axis, axis + rank)), x!.shape[axis]!)
        return at(x!, [...index.slice(0, axis), row, ...index.slice(axis + rank)])
      }),
    ]
  },
  GatherElements: ({ x: [x, indices], attributes, y }) => {
    const axis = positive(intOf(attributes, 'axis', 0), x!.shape.length)
    return [fill(y[0]!, (index) => at(x!, index.with(axis, positive(at(indices!, index), x!.shape[axis]!))))]
  },
  GatherND: ({ x: [x, indices], attributes, y }) => {
    const batch = intOf(attributes, 'batch_dims', 0)
    const lead = indices!.shape.length - 1
    return [
      fill(y[0]!, (index) => {
        const start = tuple(indices!, index.slice(0, lead), x!.shape.slice(batch))
        return at(x!, [...index.slice(0, batch), ...start, ...index.slice(lead)])
      }),
    ]
  },
  ScatterND: scatterND,
  ScatterElements: scatterElements,
  TopK: topK,
}
