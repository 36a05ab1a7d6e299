import type { StoredTensor } from './safetensors.ts'
import type { StoredLayout } from './stored-layout.ts'

/** The tensors of a file, found by the names that a network's parameters have here. */
export interface StoredTensors {
  find(name: string): StoredTensor | undefined
  /** What the file holds beyond parameters of these names and should not, in words; nothing where all is well. */
  surplus(names: readonly string[]): string | undefined
}

/** What wrappers of PyTorch put before every name. */
const wrappers = ['module.', '_orig_mod.'] as const

export function storedTensors(
  { prefixes, bare, twin }: StoredLayout,
  given: ReadonlyMap<string, StoredTensor>,
): StoredTensors {
  const stored = unwrapped(given)
  const placesOf = (name: string): string[] => [
    name,
    ...prefixes.map((prefix) => prefix + name),
    ...(bare !== undefined && name.startsWith(bare) ? [name.slice(bare.length)] : []),
  ]
  const get = (name: string): StoredTensor | undefined =>
    placesOf(name)
      .map((place) => stored.get(place))
      .find((found) => found !== undefined)
  const other = twin === undefined ? undefined : get(twin.name)
  const find = (name: string): StoredTensor | undefined => get(name) ?? (name === twin?.of ? other : undefined)
  const surplus = (names: readonly string[]): string | undefined => {
    const own = twin === undefined ? undefined : get(twin.of)
    if (own !== undefined && other !== undefined && !isEqual(own, other))
      return `the tensors "${twin!.of}" and "${twin!.name}" differ, and the configuration says that they are one: give it "tie_word_embeddings": false`
    const used = new Set([...names, ...(twin === undefined ? [] : [twin.name])].flatMap(placesOf))
    return surplusAmong(
      [...stored].filter(([name]) => !used.has(name)),
      names.flatMap(placesOf),
    )
  }
  return { find, surplus }
}

function unwrapped(stored: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  const wrapper = wrappers.find((prefix) => [...stored.keys()].every((name) => name.startsWith(prefix)))
  if (wrapper === undefined || stored.size === 0) return stored
  return unwrapped(new Map([...stored].map(([name, tensor]) => [name.slice(wrapper.length), tensor])))
}

/**
 * Files hold more than parameters, masks and tables of angles for one. But a parameter of one more layer, or a bias of a
 * weight that has none here, means another network than the configuration does.
 */
function surplusAmong(
  rest: readonly (readonly [string, StoredTensor])[],
  names: readonly string[],
): string | undefined {
  const pattern = (name: string): string => name.replaceAll(/\d+/g, '#')
  const known = new Set(names)
  const patterns = new Set(names.map(pattern))
  for (const [name, { data }] of rest) {
    if (patterns.has(pattern(name))) return `there is a tensor "${name}", and the configuration has no such layer`
    const weight = name.replace(/\bbias$/, 'weight').replace(/\bb_(?=\w+$)/, 'W_')
    if (weight !== name && known.has(weight) && data.some((value) => Number(value) !== 0))
      return `there is a bias "${name}", and the configuration says that there is none`
  }
  return undefined
}

const isEqual = (a: StoredTensor, b: StoredTensor): boolean =>
  a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i])
