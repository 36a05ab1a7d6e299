import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Json, JsonObject } from '../base/json.ts'

/** One way in which parameters do not fit their schema. */
export interface ParamProblem {
  /** JSON pointer of the value, or of the map that lacks or has too many keys. */
  readonly pointer: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The schema the value failed. */
  readonly schema: JsonObject
  /** For `anyOf`: what each branch says, best branch first. */
  readonly branches?: readonly (readonly ParamProblem[])[]
}

export interface ParamCheck {
  /** The parameters with defaults filled in. */
  readonly value: JsonObject
  readonly problems: readonly ParamProblem[]
}

/** A place where the value is a stand-in: only its type counts, or nothing at all (`any`). */
export type StandIn = { readonly pointer: string; readonly any: boolean }

/**
 * Checks parameters against the schema of their kind. Unknown keys are refused at every depth. In a `partial` check
 * nothing is required and no default is filled in: what is missing comes later.
 */
export function validateParams(
  schema: object,
  value: JsonObject,
  options: { readonly partial?: boolean; readonly standIns?: readonly StandIn[] } = {},
): ParamCheck {
  const validate = validatorOf(schema, options.partial === true)
  const copy = structuredClone(value) as Record<string, Json>
  validate(copy)
  return { value: copy, problems: problemsOf(validate.errors ?? [], options.standIns ?? []) }
}

const cache = { whole: new WeakMap<object, ValidateFunction>(), partial: new WeakMap<object, ValidateFunction>() }
let ajvs: { readonly whole: Ajv; readonly partial: Ajv } | undefined

function validatorOf(schema: object, partial: boolean): ValidateFunction {
  const mode = partial ? 'partial' : 'whole'
  const known = cache[mode].get(schema)
  if (known !== undefined) return known
  const options = {
    allErrors: true,
    strict: false,
    verbose: true,
    logger: false,
    meta: false,
    validateSchema: false,
    // A schema is compiled for a handful of values: optimising the code takes longer than running it.
    code: { optimize: false },
  } as const
  ajvs ??= { whole: new Ajv({ ...options, useDefaults: true }), partial: new Ajv(options) }
  const validate = ajvs[mode].compile(closed(JSON.parse(JSON.stringify(schema)) as JsonObject, partial))
  cache[mode].set(schema, validate)
  return validate
}

/** The schema with unknown keys refused wherever an object lists its properties. */
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

/** Folds what ajv says of the branches of an `anyOf` into the one problem that no branch fits. */
function problemsOf(errors: readonly ErrorObject[], standIns: readonly StandIn[]): ParamProblem[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  const isInside = (error: ErrorObject, union: ErrorObject): boolean =>
    error !== union &&
    error.schemaPath.startsWith(`${union.schemaPath}/`) &&
    error.instancePath.startsWith(union.instancePath)
  const outer = errors.filter((error) => !unions.some((union) => isInside(error, union)))
  return outer
    .filter((error) => !isStandIn(error, standIns))
    .flatMap((error) => {
      const problem: ParamProblem = {
        pointer: error.instancePath,
        keyword: error.keyword,
        params: error.params,
        schema: (error.keyword === 'additionalProperties' || error.keyword === 'required'
          ? error.parentSchema
          : error.parentSchema) as JsonObject,
      }
      if (error.keyword !== 'anyOf') return [problem]
      const inside = errors.filter((other) => isInside(other, error))
      const branches = (error.schema as unknown[]).map((_, index) =>
        problemsOf(
          inside.filter(({ schemaPath }) => schemaPath.startsWith(`${error.schemaPath}/${String(index)}/`)),
          standIns,
        ),
      )
      if (branches.some((branch) => branch.length === 0)) return []
      return [{ ...problem, branches: branches.sort((a, b) => depth(b) - depth(a) || a.length - b.length) }]
    })
}

/** A branch whose mistakes lie deeper is the one that was meant: its outer shape fits. */
const depth = (branch: readonly ParamProblem[]): number =>
  Math.min(...branch.map(({ pointer, keyword }) => pointer.split('/').length + (keyword === 'type' ? 0 : 0.5)))

function isStandIn(error: ErrorObject, standIns: readonly StandIn[]): boolean {
  return standIns.some(({ pointer, any }) => error.instancePath === pointer && (any || error.keyword !== 'type'))
}
