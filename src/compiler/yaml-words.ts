/** Whether a tag is one of YAML's own and fits its value: `!!str 5` is a text. */
export function hasReadableTag(
  tag: string,
  is: { readonly shape: 'map' | 'list' | 'scalar'; readonly value: unknown },
): boolean {
  const own = tag.replace(/^tag:yaml\.org,2002:/, '')
  if (is.shape !== 'scalar') return own === (is.shape === 'map' ? 'map' : 'seq')
  const type = is.value === null ? 'null' : typeof is.value
  return (typesOfTags.get(own) ?? '') === type
}

const typesOfTags: ReadonlyMap<string, string> = new Map([
  ['str', 'string'],
  ['int', 'number'],
  ['float', 'number'],
  ['bool', 'boolean'],
  ['null', 'null'],
])

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
