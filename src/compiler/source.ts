import type { SourceSpan } from '../base/diagnostic.ts'

/** A pipeline file as text. `file` is an absolute path, or any name in tests. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** Turns offsets of one text into lines and columns, in logarithmic time. */
export class SourceMap {
  readonly source: Source
  readonly #lineStarts: number[] = [0]

  constructor(source: Source) {
    this.source = source
    for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) {
      this.#lineStarts.push(at + 1)
    }
  }

  /** The span of `length` UTF-16 units from `offset`; kept inside the text, at least one unit long. */
  span(offset: number, length: number): SourceSpan {
    const start = Math.max(0, Math.min(offset, this.source.text.length))
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= start) low = middle
      else high = middle - 1
    }
    const column = start - (this.#lineStarts[low] ?? 0) + 1
    return {
      file: this.source.file,
      line: low + 1,
      column,
      offset: start,
      length: Math.max(1, Math.min(length, this.source.text.length - start)),
    }
  }
}
