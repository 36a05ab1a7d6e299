import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Range } from 'yaml'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { MapEntry, ScalarNode, YamlNode } from './node.ts'
import { charactersAreVisible } from './rules/characters-are-visible.ts'
import { isUtf16, textIsUtf8 } from './rules/text-is-utf-8.ts'
import { findConflictMarkers } from './rules/no-conflict-markers.ts'
import { readSimpleYaml } from './read-simple-yaml.ts'
import { isBound, maxDepth, maxUnfolded, sizeIsBounded, tooDeep, unfoldsTooMuch } from './rules/document-is-bounded.ts'
import { findUnquotedExpressions } from './rules/expressions-are-quoted.ts'
import { duplicateKey } from './rules/keys-are-unique.ts'
import { noMergeKey } from './rules/no-merge-keys.ts'
import { numberIsExact } from './rules/numbers-are-exact.ts'
import { parseYaml, type ParsedYaml } from './parse-yaml.ts'
import { hasReadableTag, splitWord, tagBefore } from './yaml-words.ts'
import {
  findDirectives,
  holdsItself,
  keyIsNoText,
  noSpaceAfterColon,
  syntaxErrors,
  unknownAnchor,
  unknownTag,
} from './rules/yaml-is-valid.ts'
import { SourceMap, type Source } from './source.ts'

/** The YAML text with a position for every key and value; no root where the text is empty or cannot be read. */
export interface YamlDocument {
  readonly root?: YamlNode
  readonly map: SourceMap
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads YAML 1.2. Some mistakes are mended in place, each by as many characters, so that the rest is still checked:
 * an unquoted `${…}` inside `{…}` is read as if quoted, of a merge conflict the first side is read, and a directive is
 * not.
 */
export function readDocument(source: Source): YamlDocument {
  const map = new SourceMap(source)
  const tooBig = sizeIsBounded(map)
  if (tooBig !== undefined) return { map, diagnostics: [tooBig] }
  if (isUtf16(map)) return { map, diagnostics: textIsUtf8(map) }
  const conflicts = findConflictMarkers(map)
  const directives = findDirectives(map, conflicts.text)
  const unquoted = findUnquotedExpressions(map, directives.text)
  const characters = [...textIsUtf8(map), ...charactersAreVisible(map)]
  const mended = [...characters, ...conflicts.diagnostics, ...directives.diagnostics, ...unquoted.diagnostics]
  const simple = unquoted.text === source.text && characters.length === 0 ? readSimpleYaml(map) : undefined
  if (simple !== undefined) return { map, diagnostics: mended, root: simple }
  try {
    return compose(parseYaml(unquoted.text), map, mended)
  } catch (error) {
    // The parser and the walk below are recursive; nothing else in them overflows.
    if (error instanceof RangeError) return { map, diagnostics: [...mended, tooDeep(map.span(0, 1))] }
    throw error
  }
}

function compose({ contents, problems }: ParsedYaml, map: SourceMap, before: readonly Diagnostic[]): YamlDocument {
  const syntax = syntaxErrors(problems, map)
  if (syntax.length > 0) return { map, diagnostics: [...before, ...syntax] }
  const walk = new Walk(map)
  const root = contents === null ? undefined : walk.node(contents, 0)
  // What a refused value would lead to is not worth telling.
  const isWhole = root !== undefined && !walk.hasRefused
  return { map, diagnostics: [...before, ...walk.diagnostics], ...(isWhole ? { root } : {}) }
}

/** Turns the parser's nodes into ours: aliases unfolded within a limit, keys made text. */
class Walk {
  readonly diagnostics: Diagnostic[] = []
  /** The latest of each name so far. The parser's own lookup walks the whole document for each alias. */
  readonly #anchors = new Map<string, Node>()
  /** Values with an anchor whose end has not come. */
  readonly #unfinished = new Set<Node>()
  readonly #map: SourceMap
  #unfolded = 0
  #insideAlias = 0
  /** What has been told: a bound once, a missing anchor once a name. */
  readonly #refused = new Set<string>()
  #standIns = 0
  /** Where the alias that is being unfolded is written: what is wrong inside is wrong because of it. */
  #outermost: ScalarNode['span'] | undefined
  hasRefused = false

  constructor(map: SourceMap) {
    this.#map = map
  }

  node(node: Node, depth: number): YamlNode {
    const span = this.#span(node)
    if (depth > maxDepth) return this.#refuse(tooDeep(span))
    if (this.#insideAlias > 0 && ++this.#unfolded > maxUnfolded)
      return this.#refuse(unfoldsTooMuch(this.#outermost ?? span))
    if (isAlias(node)) return this.#alias(node, depth)
    const { anchor, tag } = node as { anchor?: string; tag?: string }
    if (tag !== undefined && !hasReadableTag(tag, shapeOf(node))) this.#tag(node)
    if (anchor === undefined) return this.#plain(node, depth)
    this.#anchors.set(anchor, node)
    this.#unfinished.add(node)
    const read = this.#plain(node, depth)
    this.#unfinished.delete(node)
    return read
  }

  #plain(node: Node, depth: number): YamlNode {
    const span = this.#span(node)
    if (isSeq<Node>(node)) return { kind: 'list', span, items: node.items.map((item) => this.node(item, depth + 1)) }
    if (isMap<Node, Node | null>(node)) return { kind: 'map', span, entries: this.#entries(node.items, depth) }
    return this.#scalar(node)
  }

  #alias(node: Alias, depth: number): YamlNode {
    const target = this.#anchors.get(node.source)
    if (target === undefined) return this.#refuse(unknownAnchor(node.source, this.#span(node)))
    if (this.#unfinished.has(target)) return this.#refuse(holdsItself(node.source, this.#span(node)))
    if (this.#insideAlias++ === 0) this.#outermost = this.#span(node)
    const unfolded = this.node(target, depth + 1)
    this.#insideAlias--
    return unfolded
  }

  #tag(node: Node): void {
    const { text } = this.#map.source
    const { tag, at } = tagBefore(text, rangeOf(node)[0])
    this.diagnostics.push(unknownTag(tag, this.#map.span(at, tag.length)))
  }

  /** `use:model` inside brackets is one word to YAML; it is read as what was meant. */
  #mended(pair: { key: Node; value: Node | null }): MapEntry | undefined {
    const node = pair.key
    if (!isScalar(node) || node.type !== 'PLAIN' || !isEmptyNode(pair.value)) return undefined
    const word = splitWord(String(node.value))
    if (word === undefined) return undefined
    const [start] = rangeOf(node)
    const { key, rest } = word
    this.diagnostics.push(noSpaceAfterColon(key, rest, this.#map.span(start, key.length + 1 + rest.length)))
    const from = start + key.length + 1
    const span = this.#map.span(from, rest.length)
    return {
      key,
      keySpan: this.#map.span(start, key.length),
      value: { kind: 'scalar', value: rest, span, verbatimFrom: from },
    }
  }

  #entries(pairs: readonly { key: Node; value: Node | null }[], depth: number): MapEntry[] {
    const seen = new Map<string, MapEntry>()
    const merged: MapEntry[] = []
    for (const pair of pairs) {
      const keySpan = this.#span(pair.key)
      if (!isScalar(pair.key)) {
        // It may have been any key, so what else is in the map is not known.
        this.#refuse(keyIsNoText(keySpan))
        continue
      }
      const mended = this.#mended(pair)
      if (mended !== undefined && !seen.has(mended.key)) {
        seen.set(mended.key, mended)
        continue
      }
      if (pair.key.value === '<<' && pair.key.type === 'PLAIN') {
        this.diagnostics.push(noMergeKey(keySpan))
        merged.push(...entriesIn(this.#value(pair.value, keySpan, depth)))
        continue
      }
      const key = String(pair.key.value)
      const first = seen.get(key)
      const value = this.#value(pair.value, keySpan, depth)
      if (first === undefined) seen.set(key, { key, keySpan, value })
      else this.diagnostics.push(duplicateKey(key, keySpan, first.keySpan))
    }
    // What was meant is there for the other checks.
    for (const entry of merged) if (!seen.has(entry.key)) seen.set(entry.key, entry)
    return [...seen.values()]
  }

  /** A key without a value gets the key's own span, since there is nothing else to point at. */
  #value(node: Node | null, keySpan: ScalarNode['span'], depth: number): YamlNode {
    return node === null || isEmptyNode(node)
      ? { kind: 'scalar', value: null, span: keySpan }
      : this.node(node, depth + 1)
  }

  #scalar(node: Node): ScalarNode {
    const [start, end] = rangeOf(node)
    const written = this.#map.source.text.slice(start, end)
    const span = this.#map.span(start, end - start)
    const raw = isScalar(node) ? node.value : null
    if (typeof raw === 'number') return { kind: 'scalar', value: this.#number(raw, written, span), span }
    if (typeof raw !== 'string') return { kind: 'scalar', value: isPlain(raw) ? raw : written, span }
    const quoted = /^["']/.test(written) ? 1 : 0
    const verbatim = written.slice(quoted, written.length - quoted)
    if (verbatim === raw) return { kind: 'scalar', value: raw, span, verbatimFrom: start + quoted }
    // Mended text differs from the file only where an unquoted expression stood.
    if (verbatim.length === raw.length && verbatim.includes('${'))
      return { kind: 'scalar', value: verbatim, span, verbatimFrom: start }
    return { kind: 'scalar', value: raw, span }
  }

  /** A number that cannot be held is told, and a small one stands for it so that the rest is still checked. */
  #number(value: number, written: string, span: ScalarNode['span']): number {
    const wrong = numberIsExact(value, written, span)
    if (wrong === undefined) return value
    this.diagnostics.push(wrong)
    return ++this.#standIns
  }

  #span(node: Node): ScalarNode['span'] {
    const [start, end] = rangeOf(node)
    return this.#map.span(start, end - start)
  }

  #refuse(diagnostic: Diagnostic): YamlNode {
    this.hasRefused = true
    const kind = isBound(diagnostic.code) ? diagnostic.code : diagnostic.message
    if (!this.#refused.has(kind)) this.diagnostics.push(diagnostic)
    this.#refused.add(kind)
    return { kind: 'scalar', value: null, span: diagnostic.span }
  }
}

const shapeOf = (node: Node): Parameters<typeof hasReadableTag>[1] => ({
  shape: isMap(node) ? 'map' : isSeq(node) ? 'list' : 'scalar',
  value: isScalar(node) ? node.value : undefined,
})
const isEmptyNode = (node: Node | null): boolean =>
  node === null || (isScalar(node) && node.value === null && rangeOf(node)[0] === rangeOf(node)[1])
const entriesIn = (node: YamlNode): readonly MapEntry[] =>
  node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items.flatMap(entriesIn) : []
const isPlain = (value: unknown): value is number | boolean | null =>
  value === null || typeof value === 'number' || typeof value === 'boolean'
const rangeOf = (node: Node): Range => node.range ?? [0, 0, 0]
