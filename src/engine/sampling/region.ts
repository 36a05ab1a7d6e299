/**
 * The elements of a flat array of weights that may move: disjoint ranges [from, to), ascending. Everything outside stays
 * at w₀, so that the posterior is that of the restricted weights given the others.
 */
export class Region {
  /** from, to, from, to, … */
  readonly ranges: Int32Array
  /** Elements of the whole array. */
  readonly size: number
  /** Elements inside. */
  readonly count: number

  /** Throws RangeError for ranges that overlap, are out of order or leave the array. */
  constructor(ranges: ArrayLike<number>, size: number) {
    this.ranges = Int32Array.from(ranges)
    this.size = size
    let [count, last] = [0, 0]
    for (let r = 0; r < this.ranges.length; r += 2) {
      const [from, to] = [this.ranges[r]!, this.ranges[r + 1]!]
      if (!(from >= last && to > from && to <= size))
        throw new RangeError(`[${from}, ${to}) does not follow ${last} within ${size} elements`)
      count += to - from
      last = to
    }
    this.count = count
  }

  static whole(size: number): Region {
    return new Region([0, size], size)
  }

  get isWhole(): boolean {
    return this.count === this.size
  }

  each(visit: (i: number) => void): void {
    for (let r = 0; r < this.ranges.length; r += 2) {
      const to = this.ranges[r + 1]!
      for (let i = this.ranges[r]!; i < to; i++) visit(i)
    }
  }

  /** Copies `from` into `to` wherever the region is not. */
  restoreOutside(to: Float32Array, from: Float32Array): void {
    let last = 0
    for (let r = 0; r <= this.ranges.length; r += 2) {
      const end = this.ranges[r] ?? this.size
      if (end > last) to.set(from.subarray(last, end), last)
      last = this.ranges[r + 1] ?? this.size
    }
  }
}

/** The elements where `keep` holds of being in `a` and in `b`: union, difference and intersection of two regions. */
export function combineRegions(a: Region, b: Region, keep: (inA: boolean, inB: boolean) => boolean): Region {
  const cuts = [...new Set([0, ...a.ranges, ...b.ranges, a.size])].sort((x, y) => x - y)
  const ranges: number[] = []
  let [i, j] = [0, 0]
  for (let c = 0; c + 1 < cuts.length; c++) {
    const [from, to] = [cuts[c]!, cuts[c + 1]!]
    while (i < a.ranges.length && a.ranges[i + 1]! <= from) i += 2
    while (j < b.ranges.length && b.ranges[j + 1]! <= from) j += 2
    if (!keep((a.ranges[i] ?? Infinity) <= from, (b.ranges[j] ?? Infinity) <= from)) continue
    if (ranges.at(-1) === from) ranges[ranges.length - 1] = to
    else ranges.push(from, to)
  }
  return new Region(ranges, a.size)
}
