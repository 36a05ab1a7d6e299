import { didYouMean } from '../base/did-you-mean.ts'
import { entryOf, type MapEntry, type MapNode, type ScalarNode, type YamlNode } from './node.ts'
import type { Report } from './report.ts'
import { unknownKey } from './rules/keys-are-known.ts'
import { wrongShape } from './rules/shapes-are-valid.ts'
import { noSpaceAfterColon } from './rules/yaml-is-valid.ts'
import { splitWord } from './yaml-words.ts'

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

/** The entry under `key`, or else under a key that was meant to be it: that has been told, and its value is read. */
export const meantEntry = (map: MapNode, wanted: string, known: readonly string[]): MapEntry | undefined =>
  entryOf(map, wanted) ?? map.entries.find(({ key }) => !known.includes(key) && didYouMean(key, known)[0] === wanted)

/** The node as a map; anything else is reported. */
export function asMap(
  node: YamlNode,
  { what, help }: { what: string; help?: string },
  report: Report,
): MapNode | undefined {
  if (node.kind === 'map') return node
  const word = isText(node) ? splitWord(node.value) : undefined
  if (word === undefined) report(wrongShape(node, { what, wanted: 'a map' }, help ?? 'write `name: value`, one a line'))
  else report(noSpaceAfterColon(word.key, word.rest, node.span))
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
