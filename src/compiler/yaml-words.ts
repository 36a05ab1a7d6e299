import { isMap, isScalar, isSeq, type Node } from 'yaml'

/** Whether a tag is one of YAML's own and fits its value: `!!str 5` is a text. */
export function hasReadableTag(tag: string, node: Node): boolean {
  const value = isScalar(node) ? node.value : undefined
  switch (tag.replace(/^tag:yaml\.org,2002:/, '')) {
    case 'str':
      return typeof value === 'string'
    case 'int':
    case 'float':
      return typeof value === 'number'
    case 'bool':
      return typeof value === 'boolean'
    case 'null':
      return value === null
    case 'map':
      return isMap(node)
    case 'seq':
      return isSeq(node)
    default:
      return false
  }
}

/** The tag of the value that begins at a place, as it is written. */
export function tagBefore(text: string, start: number): { readonly tag: string; readonly at: number } {
  const before = text.slice(Math.max(0, start - 300), start)
  const [whole = '', tag = '!'] = /(![^\s,[\]{}]*)\s*(?:&\S+\s+)?$/.exec(before) ?? []
  return { tag, at: start - whole.length }
}

/** The key and the value of `use:model`, which to YAML is one word. No address of the web, and no path of Windows. */
export function splitWord(word: string): { readonly key: string; readonly rest: string } | undefined {
  const [, key, rest] = /^([a-z][\w-]+):([^:\s/][^\s]*|\/[^/\s][^\s]*)$/.exec(word) ?? []
  return key === undefined || rest === undefined ? undefined : { key, rest }
}
