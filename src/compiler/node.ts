import type { SourceSpan } from '../base/diagnostic.ts'
import type { Json } from '../base/json.ts'

/** A YAML value that remembers where it was written. */
export type YamlNode = ScalarNode | MapNode | ListNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly span: SourceSpan
  /**
   * Where the text of a string starts in the file, when it stands there letter for letter (not escaped, not folded),
   * so that a part of it can be pointed at.
   */
  readonly verbatimFrom?: number
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
  readonly span: SourceSpan
}

export interface MapEntry {
  readonly key: string
  readonly keySpan: SourceSpan
  readonly value: YamlNode
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
  readonly span: SourceSpan
}

/** The entry under `key`; of a repeated key, the first. */
export const entryOf = (map: MapNode, key: string): MapEntry | undefined =>
  map.entries.find((entry) => entry.key === key)

/** The plain value. `__proto__` is a key like any other. */
export function toJson(node: YamlNode): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(toJson)
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, toJson(entry.value)]))
  }
}

/** The span of a part of a string, or of the whole where the part cannot be pointed at. */
export function spanInside(node: ScalarNode, offset: number, length: number): SourceSpan {
  if (node.verbatimFrom === undefined) return node.span
  const shift = node.verbatimFrom + offset - node.span.offset
  return {
    ...node.span,
    column: node.span.column + shift,
    offset: node.span.offset + shift,
    length: Math.max(1, length),
  }
}

/** What kind of value a person would call this. */
export function describe(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map' : 'a list'
  if (node.value === null) return 'nothing'
  return typeof node.value === 'string' ? 'text' : `a ${typeof node.value}`
}

/** The name in `{params.x}`, which to YAML is a map and was meant as an expression. */
export function bracedName(node: YamlNode): string | undefined {
  const [entry, another] = node.kind === 'map' ? node.entries : []
  if (entry === undefined || another !== undefined || entry.value.span !== entry.keySpan) return undefined
  return /^[a-z][\w-]*(?:\.[\w-]+)+$/.test(entry.key) ? entry.key : undefined
}
