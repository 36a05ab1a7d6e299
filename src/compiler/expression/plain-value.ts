import { err, ok, type Result } from '../../base/result.ts'
import type { Json } from '../../base/json.ts'

/** What CEL computed as JSON data: whole numbers become numbers, maps objects. An error says what cannot be JSON. */
export function plainValue(value: unknown): Result<Json, string> {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return ok(value)
  if (typeof value === 'bigint') {
    return BigInt(Number(value)) === value
      ? ok(Number(value))
      : err(`the whole number ${String(value)} is too large to be exact`)
  }
  if (typeof value === 'number')
    return Number.isFinite(value) ? ok(value) : err(`the result is ${String(value)}, which is no number to work with`)
  if (Array.isArray(value)) return plainList(value)
  const entries = value instanceof Map ? [...value.entries()] : isPlainObject(value) ? Object.entries(value) : undefined
  return entries === undefined ? err('the result is not plain data') : plainMap(entries as [unknown, unknown][])
}

function plainList(values: readonly unknown[]): Result<Json, string> {
  const items: Json[] = []
  for (const value of values) {
    const item = plainValue(value)
    if (!item.ok) return item
    items.push(item.value)
  }
  return ok(items)
}

function plainMap(entries: readonly (readonly [unknown, unknown])[]): Result<Json, string> {
  const members: [string, Json][] = []
  for (const [key, value] of entries) {
    const member = plainValue(value)
    if (!member.ok) return member
    members.push([String(key), member.value])
  }
  return ok(Object.fromEntries(members))
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
