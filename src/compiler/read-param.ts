import type { Diagnostic } from '../base/diagnostic.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import type { Json } from '../base/json.ts'
import { entryOf, toJson, type MapEntry, type MapNode, type YamlNode } from './node.ts'
import { checkKeys, meantEntry, readText } from './read-map.ts'
import type { Report } from './report.ts'
import { hasType, isParamType, paramTypeIsKnown, typeOf, wanted } from './rules/params-are-set.ts'
import { missing, wrongShape } from './rules/shapes-are-valid.ts'
import type { ParamSpec, ParamType } from './spec.ts'

const declarationKeys = ['type', 'default', 'minimum', 'maximum', 'enum', 'description']

/** One entry of `params:`, either `name: value` or `name: { type, default, minimum, maximum, enum, description }`. */
export function readParam(entry: MapEntry, report: Report): ParamSpec {
  const { key: name, keySpan: nameSpan, value } = entry
  if (value.kind === 'map' && isDeclaration(value)) return readDeclaration(entry, value, report)
  const type = typeOf(value)
  if (type !== undefined) return { name, nameSpan, type, default: value }
  report(noType(entry))
  return { name, nameSpan, type: 'map', isUnclear: true }
}

const noType = ({ key, keySpan }: MapEntry): Diagnostic =>
  missing(
    `the parameter \`${key}\` has no value`,
    keySpan,
    `write a value, or \`${key}: { type: number }\` for one that must be set from outside`,
  )

/** A map is the value itself, unless it says a type or a default, or is made of such words and mistypes one of the two. */
function isDeclaration({ entries }: MapNode): boolean {
  const keys = entries.map(({ key }) => key)
  const meant = keys.filter((key) => didYouMean(key, ['type', 'default']).length > 0)
  return (
    keys.includes('type') ||
    keys.includes('default') ||
    (meant.length > 0 && keys.every((key) => declarationKeys.includes(key) || meant.includes(key)))
  )
}

function readDeclaration(entry: MapEntry, map: MapNode, report: Report): ParamSpec {
  checkKeys(map, { known: declarationKeys, place: 'the declaration of a parameter' }, report)
  const written = meantEntry(map, 'type', declarationKeys)?.value
  const fallback = meantEntry(map, 'default', declarationKeys)?.value
  const unknown = written === undefined ? undefined : paramTypeIsKnown(written)
  if (unknown !== undefined) report(unknown)
  const type = written?.kind === 'scalar' && isParamType(written.value) ? written.value : fallback && typeOf(fallback)
  if (type === undefined) {
    if (unknown === undefined) report(noType(entry))
    // Of what type it is nobody knows, and no more is told of it.
    return { name: entry.key, nameSpan: entry.keySpan, type: 'map', isUnclear: true }
  }
  const description = readText(map, 'description', report)
  const minimum = readBound(map, 'minimum', report)
  const maximum = readBound(map, 'maximum', report)
  for (const wrong of wrongBounds(map, { type, minimum, maximum })) report(wrong)
  const choices = readChoices(map, type, report)
  return {
    name: entry.key,
    nameSpan: entry.keySpan,
    type,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(choices === undefined ? {} : { enum: choices }),
    ...(description === undefined ? {} : { description }),
  }
}

function readChoices(map: MapNode, type: ParamType, report: Report): readonly Json[] | undefined {
  const node = entryOf(map, 'enum')?.value
  if (node === undefined) return undefined
  if (node.kind !== 'list' || node.items.length === 0) {
    report(wrongShape(node, { what: '`enum`', wanted: 'a list of values' }, 'write `enum: [one, other]`'))
    return undefined
  }
  const wrong = node.items.filter((item) => !hasType(toJson(item), type))
  for (const item of wrong) report(wrongShape(item, { what: 'a value of `enum`', wanted: wanted[type] }))
  return wrong.length === 0 ? node.items.map(toJson) : undefined
}

/** Bounds that no value can be within, and bounds of what has no size. */
function wrongBounds(
  map: MapNode,
  { type, minimum, maximum }: { type: ParamType; minimum: number | undefined; maximum: number | undefined },
): Diagnostic[] {
  const entries = ['minimum', 'maximum'].flatMap((key) => entryOf(map, key) ?? [])
  if (type !== 'number' && type !== 'integer') {
    const help = 'take it away; for a text, `enum` lists the values there are'
    return entries.map(({ key, keySpan }) =>
      missing(`only a number has a \`${key}\`, and this is ${wanted[type]}`, keySpan, help),
    )
  }
  const last = entries.at(-1)
  if (minimum === undefined || maximum === undefined || minimum <= maximum || last === undefined) return []
  const message = `no number is at least ${String(minimum)} and at most ${String(maximum)}`
  return [missing(message, last.value.span, 'the minimum must not be above the maximum')]
}

function readBound(map: MapNode, key: 'minimum' | 'maximum', report: Report): number | undefined {
  const node: YamlNode | undefined = entryOf(map, key)?.value
  if (node === undefined) return undefined
  if (node.kind === 'scalar' && Number.isFinite(node.value)) return node.value as number
  report(wrongShape(node, { what: `\`${key}\``, wanted: 'a number' }))
  return undefined
}
