import type { StoredLayout } from './stored-layout.ts'

/**
 * The layout with a table of names put before it: `names` maps the name of a parameter here to the one that a file has.
 * A file written here has the names of here, so both are found. Undefined where there is nothing to translate.
 */
export function renamed(
  names: ReadonlyMap<string, string>,
  { translate }: Pick<StoredLayout, 'translate'>,
): StoredLayout['translate'] {
  if (names.size === 0) return translate
  return (stored) => {
    const found = new Map(stored)
    for (const [ours, theirs] of names) {
      const tensor = stored.get(theirs)
      if (tensor !== undefined && !stored.has(ours)) found.set(ours, tensor)
    }
    return translate?.(found) ?? found
  }
}
