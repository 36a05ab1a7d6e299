import { canonicalJson } from '../base/canonical-json.ts'
import { digestOfBytes, shortDigest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/json.ts'

/** `nbeta=10,seed=0`. Text keeps the characters that are safe in names; the others are percent-encoded. */
export const cellName = (values: JsonObject): string =>
  Object.keys(values)
    .sort()
    .map((name) => `${name}=${valueName(values[name] ?? null)}`)
    .join(',')

function valueName(value: Json): string {
  if (typeof value !== 'string') return canonicalJson(value)
  // Half a surrogate pair has no encoding.
  const safe = encodeURIComponent(value.replace(/[\uD800-\uDFFF]/gu, '\uFFFD')).replace(
    /[!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return safe.length <= 40 ? safe : `${safe.slice(0, 24)}~${shortDigest(digestOfBytes(value)).slice(0, 8)}`
}
