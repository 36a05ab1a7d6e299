import { didYouMean } from '../base/did-you-mean.ts'
import { entryOf, type MapNode, type ScalarNode, type YamlNode } from './node.ts'
import type { Report } from './report.ts'
import { unknownKey } from './rules/keys-are-known.ts'
import { wrongShape } from './rules/shapes-are-valid.ts'

/** Reports each key that is not among `known`. */
export function checkKeys(
  map: MapNode,
  { known, place }: { known: readonly string[]; place: string },
  report: Report,
): void {
  for (const entry of map.entries) if (!known.includes(entry.key)) report(unknownKey(entry, known, place))
}

/** Whether an unknown key was meant to be `wanted`: that has been told, and what follows from it is not. */
export const mistypes = (map: MapNode, wanted: string, known: readonly string[]): boolean =>
  map.entries.some(({ key }) => !known.includes(key) && didYouMean(key, known).includes(wanted))

/** The node as a map; anything else is reported. */
export function asMap(
  node: YamlNode,
  { what, help }: { what: string; help?: string },
  report: Report,
): MapNode | undefined {
  if (node.kind === 'map') return node
  report(wrongShape(node, { what, wanted: 'a map' }, help))
  return undefined
}

/** The text under `key`; anything else is reported. */
export function readText(map: MapNode, key: string, report: Report): string | undefined {
  const node = entryOf(map, key)?.value
  if (node === undefined) return undefined
  if (isText(node)) return node.value
  report(wrongShape(node, { what: `\`${key}\``, wanted: 'text' }, 'put it in quotes'))
  return undefined
}

export const isText = (node: YamlNode): node is ScalarNode & { readonly value: string } =>
  node.kind === 'scalar' && typeof node.value === 'string'
export const isNothing = (node: YamlNode): boolean => node.kind === 'scalar' && node.value === null
