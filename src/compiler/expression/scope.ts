import type { JsonObject } from '../../base/json.ts'

/**
 * What a name in an expression can stand for. `unreadable` is a name that exists but holds nothing an expression can
 * read, such as a model; `what` says so in words.
 */
export type ScopeType =
  | { readonly kind: 'double' | 'string' | 'bool' | 'dyn' }
  | { readonly kind: 'list'; /** Type of the items, where it is known. */ readonly of?: 'double' | MapType }
  | MapType
  | { readonly kind: 'unreadable'; readonly what: string }

export interface MapType {
  readonly kind: 'map'
  readonly fields: Scope
  /** For messages: `output of natural`. */
  readonly what: string
}

/** Names and their types: `params` and the stage ids on the first level. */
export type Scope = ReadonlyMap<string, ScopeType>

/** The scope that plain values span, for evaluation: names are known, types are not asked for. */
export function scopeOfValues(values: JsonObject, levels: number): Scope {
  return new Map(
    Object.entries(values).map(([name, value]): [string, ScopeType] => {
      const isMap = value !== null && typeof value === 'object' && !Array.isArray(value) && levels > 1
      return [
        name,
        isMap ? { kind: 'map', fields: scopeOfValues(value as JsonObject, levels - 1), what: 'name' } : { kind: 'dyn' },
      ]
    }),
  )
}
