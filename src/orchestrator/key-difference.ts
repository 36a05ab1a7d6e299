import { canonicalJson } from '../base/canonical-json.ts'
import { shortDigest, type Digest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { KeyRecord } from './stage-key.ts'
import { shortPair, wordChanges } from './text-difference.ts'
import type { InputSource, Sources } from './store/store.ts'

/** A key, and where its inputs lay if they were the user's own files. */
export interface ComparedKey {
  readonly record: KeyRecord
  readonly sources?: Sources | undefined
}

/** What differs between an earlier key and the present one, field by field, in words: `with.draws 8 → 16`. */
export function keyDifference(before: ComparedKey, after: ComparedKey): string[] {
  const [earlier, now] = [before.record, after.record]
  return [
    ...(earlier.kind === now.kind ? [] : [`kind ${earlier.kind} → ${now.kind}`]),
    ...(earlier.version === now.version ? [] : [`kind ${now.kind} version ${earlier.version} → ${now.version}`]),
    ...changes('with', earlier.params, now.params),
    ...(earlier.seed === now.seed ? [] : [`seed ${earlier.seed ?? 'none'} → ${now.seed ?? 'none'}`]),
    ...inputChanges(before, after),
    ...changes('', earlier.templates ?? {}, now.templates ?? {}),
    ...commandChanges(earlier.command, now.command),
    ...(earlier.threads === now.threads ? [] : [`threads ${earlier.threads ?? 1} → ${now.threads ?? 1}`]),
    ...changes('runtime', earlier.runtime, now.runtime),
  ]
}

function inputChanges(earlier: ComparedKey, now: ComparedKey): string[] {
  const [old, present] = [earlier.record.inputs, now.record.inputs]
  const ports = new Set([...Object.keys(old), ...Object.keys(present)])
  return [...ports].sort().flatMap((port) => {
    const [before, after] = [old[port], present[port]]
    if (before === undefined) return [`input ${port} added`]
    if (after === undefined) return [`input ${port} removed`]
    if (before.type !== after.type) return [`input ${port} is now a ${after.type}, was a ${before.type}`]
    if (before.digest === after.digest) return []
    return [`input ${port} changed${sourceChange(earlier.sources?.[port], now.sources?.[port])}`]
  })
}

/** Files of a folder that are named; of more, how many there are. */
const named = 3

function sourceChange(before: InputSource | undefined, after: InputSource | undefined): string {
  if (before === undefined || after === undefined) return ''
  if (before.path !== after.path) return `: ${after.path} instead of ${before.path}`
  if (before.files === undefined || after.files === undefined) return ''
  const old = new Map(before.files)
  const present = new Map(after.files)
  const changed = [
    ...after.files.flatMap(([path, digest]) => {
      if (!old.has(path)) return [`${path} added`]
      return old.get(path) === digest ? [] : [path === '' ? 'file edited' : `${path} edited`]
    }),
    ...before.files.flatMap(([path]) => (present.has(path) ? [] : [`${path} removed`])),
  ]
  const rest = changed.length - named
  return `: ${changed.slice(0, named).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function commandChanges(before: JsonObject | undefined, after: JsonObject | undefined): string[] {
  const [{ run: old, ...earlier }, { run: present, ...now }] = [before ?? {}, after ?? {}]
  return [
    ...runChanges('run', old ?? [], present ?? []),
    ...['outputs', 'env'].flatMap((part) => changes(part, earlier[part] ?? {}, now[part] ?? {})),
  ]
}

const lineOf = (run: Json): string => (Array.isArray(run) ? (run as readonly Json[]).map(String).join('') : '')

const runChanges = (path: string, before: Json, after: Json): string[] =>
  lineOf(before) === lineOf(after) ? [] : [`${path}: ${wordChanges(lineOf(before), lineOf(after))}`]

function changes(path: string, before: Json | undefined, after: Json | undefined): string[] {
  if (before === undefined || after === undefined)
    return before === after ? [] : [`${path} ${shortPair(show(before), show(after)).join(' → ')}`]
  if (path.endsWith('.command.run')) return runChanges(path, before, after)
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names]
      .sort()
      .flatMap((name) => changes(path === '' ? name : `${path}.${name}`, before[name], after[name]))
  }
  if (canonicalJson(before) === canonicalJson(after)) return []
  if (isListOfMaps(before) && isListOfMaps(after) && before.length === after.length)
    return before.flatMap((item, i) => changes(`${path}[${i}]`, item, after[i]))
  return [`${path} ${shortPair(show(before), show(after)).join(' → ')}`]
}

const isListOfMaps = (value: Json): value is readonly JsonObject[] => Array.isArray(value) && value.every(isObject)

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function show(value: Json | undefined): string {
  if (value === undefined) return 'unset'
  return typeof value === 'string' && value.startsWith('sha256:') ? shortDigest(value as Digest) : canonicalJson(value)
}
