import type { MapEntry, ScalarNode, YamlNode } from './node.ts'
import type { SourceMap } from './source.ts'

/**
 * The tree of a text that is made of maps, texts and numbers alone, each on a line of its own or inside brackets on one
 * line, as programs write pipelines of thousands of stages; nothing where there is anything else in it, which the parser
 * reads then. It takes a tenth of the parser's time, and gives what the parser would: a test compares the two.
 */
export function readSimpleYaml(map: SourceMap): YamlNode | undefined {
  if (/[\r\t\0]/.test(map.source.text)) return undefined
  return new SimpleReader(map).root()
}

/** What YAML reads as something else than text, in any spelling. */
const notText = /^(?:null|true|false|nan|inf)$/i
const number = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/
const quantity = /^[1-9]\d{0,9}(?:ms|s|m|h|d|[KMGT]iB)$/
const maxDepth = 30
/** YAML's own limit for a key is 1024 characters. */
const longestKey = 200

class SimpleReader {
  readonly #map: SourceMap
  readonly #text: string
  readonly #key = /([A-Za-z_][\w.-]*):(?=[ \n]|$)/y
  readonly #quoted = /"([^"\\\n]*)"/y
  readonly #plainInFlow = /[^,[\]{}\n]+/y
  readonly #restOfLine = /[^\n]*/y
  readonly #gap = / *(?:#[^\n]*)?(?:\n|$)/y
  readonly #indentedComment = / +#[^\n]*/y
  #at = 0
  #hasMore = false

  constructor(map: SourceMap) {
    this.#map = map
    this.#text = map.source.text
  }

  root(): YamlNode | undefined {
    if (this.#nextLine() !== 0) return undefined
    const root = this.#blockMap(0, 0)
    return root !== undefined && this.#at >= this.#text.length && !this.#hasMore ? root : undefined
  }

  /** Goes to the first character of the next line with something on it; its indentation, or -1 at the end. */
  #nextLine(): number {
    for (;;) {
      if (this.#at >= this.#text.length) return -1
      // To the parser a comment that is indented is a part of some map.
      if (this.#matches(this.#indentedComment)) this.#hasMore = true
      if (!this.#matches(this.#gap)) break
    }
    const start = this.#at
    while (this.#text[this.#at] === ' ') this.#at++
    return this.#at - start
  }

  #matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return false
    this.#at = pattern.lastIndex
    return true
  }

  /** At its first key. Ends at the first key of a map further out, or at the end. */
  #blockMap(indent: number, depth: number): YamlNode | undefined {
    if (depth > maxDepth) return undefined
    const start = this.#at
    const entries: MapEntry[] = []
    const seen = new Set<string>()
    for (;;) {
      const entry = this.#entry(seen)
      const value = entry?.value ?? (entry === undefined ? undefined : this.#mapBelow(indent, depth))
      if (entry === undefined || value === undefined) return undefined
      entries.push({ key: entry.key, keySpan: entry.keySpan, value })
      // An inner map has ended at the key that comes next.
      if (entry.value !== undefined && !this.#matches(this.#gap)) return undefined
      const end = entry.value === undefined ? value.span.offset + value.span.length : this.#at
      const next = entry.value === undefined ? this.#indentHere() : this.#nextLine()
      if (next === indent) continue
      return next > indent ? undefined : { kind: 'map', span: this.#map.span(start, end - start), entries }
    }
  }

  /** The map that begins on the next line, where it is indented deeper. */
  #mapBelow(indent: number, depth: number): YamlNode | undefined {
    this.#matches(this.#gap)
    const next = this.#nextLine()
    return next > indent ? this.#blockMap(next, depth + 1) : undefined
  }

  /** Of the line that is begun; -1 at the end. */
  #indentHere(): number {
    if (this.#at >= this.#text.length) return -1
    return this.#at - (this.#text.lastIndexOf('\n', this.#at - 1) + 1)
  }

  /** A key, and what stands behind it on its line, if anything. */
  #entry(seen: Set<string>): (Omit<MapEntry, 'value'> & { readonly value?: YamlNode }) | undefined {
    const start = this.#at
    if (!this.#matches(this.#key)) return undefined
    const key = this.#text.slice(start, this.#at - 1)
    if (key.length > longestKey || notText.test(key) || seen.has(key)) return undefined
    seen.add(key)
    const keySpan = this.#map.span(start, key.length)
    while (this.#text[this.#at] === ' ') this.#at++
    const first = this.#text[this.#at]
    if (first === undefined || first === '\n' || first === '#') return { key, keySpan }
    const value = first === '{' || first === '[' ? this.#flow(0) : first === '"' ? this.#inQuotes() : this.#line()
    return value === undefined ? undefined : { key, keySpan, value }
  }

  #flow(depth: number): YamlNode | undefined {
    if (depth > maxDepth) return undefined
    const start = this.#at
    const close = this.#text[this.#at++] === '{' ? '}' : ']'
    const entries: MapEntry[] = []
    const items: YamlNode[] = []
    const seen = new Set<string>()
    this.#spaces()
    while (this.#text[this.#at] !== close) {
      const entry = close === '}' ? this.#flowEntry(seen, depth) : undefined
      const item = close === ']' ? this.#flowValue(depth) : undefined
      if (entry !== undefined) entries.push(entry)
      else if (item !== undefined) items.push(item)
      else return undefined
      this.#spaces()
      if (this.#text[this.#at] === close) break
      if (this.#text[this.#at] !== ',') return undefined
      this.#at++
      this.#spaces()
      // A comma before the bracket is rare.
      if (this.#text[this.#at] === close) return undefined
    }
    this.#at++
    const span = this.#map.span(start, this.#at - start)
    return close === '}' ? { kind: 'map', span, entries } : { kind: 'list', span, items }
  }

  #flowEntry(seen: Set<string>, depth: number): MapEntry | undefined {
    const start = this.#at
    if (!this.#matches(this.#key) || this.#text[this.#at] !== ' ') return undefined
    const key = this.#text.slice(start, this.#at - 1)
    if (key.length > longestKey || notText.test(key) || seen.has(key)) return undefined
    seen.add(key)
    this.#spaces()
    const value = this.#flowValue(depth)
    return value === undefined ? undefined : { key, keySpan: this.#map.span(start, key.length), value }
  }

  #flowValue(depth: number): YamlNode | undefined {
    const first = this.#text[this.#at]
    if (first === '{' || first === '[') return this.#flow(depth + 1)
    if (first === '"') return this.#inQuotes()
    const start = this.#at
    return this.#matches(this.#plainInFlow) ? this.#plain(start, this.#text.slice(start, this.#at)) : undefined
  }

  #spaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++
  }

  #inQuotes(): ScalarNode | undefined {
    const start = this.#at
    if (!this.#matches(this.#quoted)) return undefined
    const value = this.#text.slice(start + 1, this.#at - 1)
    return { kind: 'scalar', value, span: this.#map.span(start, this.#at - start), verbatimFrom: start + 1 }
  }

  /** A value to the end of its line, or to a comment. */
  #line(): ScalarNode | undefined {
    const start = this.#at
    this.#matches(this.#restOfLine)
    const line = this.#text.slice(start, this.#at)
    const comment = line.indexOf(' #')
    return this.#plain(start, comment === -1 ? line : line.slice(0, comment))
  }

  #plain(start: number, written: string): ScalarNode | undefined {
    const text = written.trimEnd()
    // Where it may be more than text, the parser is asked.
    const isSafe = /^(?:[A-Za-z_/$]|\.{1,2}\/)/.test(text) && !notText.test(text)
    if (/:(?: |$)| #/.test(text) || text === '') return undefined
    this.#at = start + text.length
    const span = this.#map.span(start, text.length)
    if (isSafe || quantity.test(text)) return { kind: 'scalar', value: text, span, verbatimFrom: start }
    if (text === 'true' || text === 'false') return { kind: 'scalar', value: text === 'true', span }
    const value = number.test(text) ? Number(text) : undefined
    return value === undefined || Object.is(value, -0) ? undefined : { kind: 'scalar', value, span }
  }
}
