import type { Json, JsonObject } from '../base/json.ts'

/**
 * A text with an expression in it: it may stand wherever a value may. It has no description, which would hide that of the
 * parameter in editors.
 */
export const expression = { type: 'string', pattern: '\\$\\{' } as const

/** A parameter's schema that also takes an expression wherever it takes anything but text. */
export function loosened(schema: JsonObject): JsonObject {
  const { description, default: fallback, ...rest } = schema
  const head = {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
  }
  if (rest['type'] === 'string' && rest['pattern'] === undefined) return { ...head, ...deeper(rest) }
  const branches: Json[] = Array.isArray(rest['anyOf']) ? (rest['anyOf'] as JsonObject[]).map(deeper) : [deeper(rest)]
  return { ...head, anyOf: [...branches, expression] }
}

/** The same inside: keys of maps, items of lists; and no key that is not listed. */
function deeper(schema: JsonObject): JsonObject {
  const { properties, items } = schema as { properties?: Record<string, JsonObject>; items?: JsonObject }
  const entries = Object.entries(properties ?? {}).map(([name, value]): [string, Json] => [name, loosened(value)])
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(entries), additionalProperties: false }),
    ...(items === undefined || Array.isArray(items) ? {} : { items: loosened(items) }),
  }
}
