import { canonicalJson } from '../base/canonical-json.ts'
import { shortDigest, type Digest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { KeyRecord } from './stage-key.ts'

/** What differs between an earlier key and the present one, field by field, in words: `with.draws 8 → 16`. */
export function keyDifference(earlier: KeyRecord, now: KeyRecord): string[] {
  return [
    ...(earlier.kind === now.kind ? [] : [`kind ${earlier.kind} → ${now.kind}`]),
    ...(earlier.version === now.version ? [] : [`kind ${now.kind} version ${earlier.version} → ${now.version}`]),
    ...changes('with', earlier.params, now.params),
    ...(earlier.seed === now.seed ? [] : [`seed ${earlier.seed ?? 'none'} → ${now.seed ?? 'none'}`]),
    ...inputChanges(earlier, now),
    ...changes('', earlier.templates ?? {}, now.templates ?? {}),
    ...changes('runtime', earlier.runtime, now.runtime),
  ]
}

function inputChanges(earlier: KeyRecord, now: KeyRecord): string[] {
  const ports = new Set([...Object.keys(earlier.inputs), ...Object.keys(now.inputs)])
  return [...ports].sort().flatMap((port) => {
    const [before, after] = [earlier.inputs[port], now.inputs[port]]
    if (before === undefined) return [`input ${port} added`]
    if (after === undefined) return [`input ${port} removed`]
    if (before.type !== after.type) return [`input ${port} is now a ${after.type}, was a ${before.type}`]
    return before.digest === after.digest ? [] : [`input ${port} changed`]
  })
}

function changes(path: string, before: Json | undefined, after: Json | undefined): string[] {
  if (before === undefined || after === undefined)
    return before === after ? [] : [`${path} ${show(before)} → ${show(after)}`]
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names]
      .sort()
      .flatMap((name) => changes(path === '' ? name : `${path}.${name}`, before[name], after[name]))
  }
  return canonicalJson(before) === canonicalJson(after) ? [] : [`${path} ${show(before)} → ${show(after)}`]
}

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function show(value: Json | undefined): string {
  if (value === undefined) return 'unset'
  const text =
    typeof value === 'string' && value.startsWith('sha256:') ? shortDigest(value as Digest) : canonicalJson(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
