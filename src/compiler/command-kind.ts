import { artifactTypes, type ArtifactType } from '../stage/artifact.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { StageKind } from '../stage/stage-kind.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import type { FileOutput } from './bound.ts'
import { describe, entryOf, type MapEntry } from './node.ts'
import type { CommandOutput } from './plan.ts'
import { asMap, checkKeys, isNothing, isText } from './read-map.ts'
import { suggest, type Report } from './report.ts'
import { outputsShareAPlace, wrongCommand } from './rules/commands-are-valid.ts'
import { idIsValid } from './rules/ids-are-valid.ts'
import type { UseSpec } from './spec.ts'

/** The kind of a command with the ports that this stage declares. Reports what is wrong with its outputs. */
export function commandKind(kind: StageKind, spec: UseSpec, report: Report): StageKind {
  const right = readOutputs(spec, report)
  const node = spec.outputs?.value
  const names =
    node?.kind === 'map' ? node.entries.map(({ key }) => key) : node === undefined || isNothing(node) ? [] : ['']
  const outputs = names.map((name): [string, FileOutput] => {
    const output = Object.hasOwn(right, name) ? right[name] : undefined
    // What is wrong with it has been told, and is not told again of what uses it.
    if (output === undefined) return [name, { type: 'record', description: '', isUnclear: true }]
    return [name, { type: output.type, description: output.path }]
  })
  return { ...kind, outputs: Object.fromEntries(outputs) }
}

/** The outputs a command declares, as far as they are right. */
export function readOutputs({ outputs }: UseSpec, report: Report): Record<string, CommandOutput> {
  if (outputs === undefined || isNothing(outputs.value)) return {}
  const map = asMap(outputs.value, { what: '`outputs`', help: form }, report)
  const found = (map?.entries ?? []).flatMap((entry): [string, CommandOutput][] => {
    const id = idIsValid(entry, 'an output')
    if (id !== undefined) report(id)
    const output = readOutput(entry, report)
    return output === undefined ? [] : [[entry.key, output]]
  })
  for (const wrong of sharedPlaces(map?.entries ?? [], new Map(found))) report(wrong)
  return Object.fromEntries(found)
}

/** Two outputs at one place, or one inside the other: what is stored of the first would be the second. */
function sharedPlaces(entries: readonly MapEntry[], outputs: ReadonlyMap<string, CommandOutput>): Diagnostic[] {
  const before: { readonly name: string; readonly place: string; readonly entry: MapEntry }[] = []
  return entries.flatMap((entry) => {
    const output = outputs.get(entry.key)
    if (output === undefined) return []
    const place = `${output.path
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.')
      .join('/')}/`
    const other = before.find((one) => one.place.startsWith(place) || place.startsWith(one.place))
    before.push({ name: entry.key, place, entry })
    return other === undefined ? [] : [outputsShareAPlace(entry, other.entry)]
  })
}

const form = 'write `outputs: { name: { path: file, type: metrics } }`'
/** What a command can make: all but the user's own files. */
const types = artifactTypes.filter((type) => type !== 'path')
const isType = (text: string): text is Exclude<ArtifactType, 'path'> => (types as readonly string[]).includes(text)

function readOutput(entry: MapEntry, report: Report): CommandOutput | undefined {
  const map = asMap(entry.value, { what: `the output \`${entry.key}\``, help: form }, report)
  if (map === undefined) return undefined
  checkKeys(map, { known: ['path', 'type'], place: 'an output of a command' }, report)
  const path = entryOf(map, 'path')?.value
  const type = entryOf(map, 'type')?.value
  if (path === undefined || type === undefined) {
    const missing = path === undefined ? 'path' : 'type'
    report(wrongCommand(`the output \`${entry.key}\` needs \`${missing}\``, entry.keySpan, form))
    return undefined
  }
  const isInside = isText(path) && staysInside(path.value)
  if (!isInside) {
    const is = isText(path) ? `\`${path.value}\`` : describe(path)
    report(
      wrongCommand(
        `\`path\` must be a path inside the folder of the command, but this is ${is}`,
        path.span,
        'write a file name, such as `metrics.json`',
      ),
    )
  }
  if (!isText(type) || !isType(type.value)) {
    const word = isText(type) ? type.value : ''
    const is = isText(type) ? `\`${word}\`` : describe(type)
    report(wrongCommand(`${is} is no type of output`, type.span, suggest(didYouMean(word, types), types, 'types')))
    return undefined
  }
  return isInside ? { path: path.value, type: type.value } : undefined
}

const staysInside = (path: string): boolean =>
  path !== '' &&
  !/^[\\/~]|^[A-Za-z]:|\0|\$\{/.test(path) &&
  !path.split(/[\\/]/).some((part) => part === '..') &&
  path.split(/[\\/]/).some((part) => part !== '' && part !== '.')
