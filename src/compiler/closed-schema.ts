import type { Json, JsonObject } from '../base/json.ts'

/**
 * A schema of parameters with unknown keys refused wherever an object lists its properties; as plain JSON. `partial`
 * leaves out what is required at the top.
 */
export function closedSchema(schema: object, partial: boolean): JsonObject {
  return closed(JSON.parse(JSON.stringify(schema)) as JsonObject, partial)
}

function closed(schema: JsonObject, withoutRequired: boolean): JsonObject {
  const { required, properties, items, anyOf, ...rest } = schema
  const isObject = (value: Json | undefined): value is JsonObject =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
  const close = (value: Json): Json => (isObject(value) ? closed(value, false) : value)
  return {
    ...rest,
    ...(required === undefined || withoutRequired ? {} : { required }),
    ...(isObject(properties) ? { additionalProperties: false, properties: mapValues(properties, close) } : {}),
    ...(rest['additionalProperties'] === undefined
      ? {}
      : { additionalProperties: close(rest['additionalProperties']) }),
    ...(items === undefined ? {} : { items: Array.isArray(items) ? items.map(close) : close(items) }),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map(close) } : {}),
  }
}

const mapValues = (object: JsonObject, change: (value: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
