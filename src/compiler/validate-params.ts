import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import { invariant } from '../base/invariant.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { closedSchema } from './closed-schema.ts'
import { readyValidators, type ReadyValidator } from './ready-validators.ts'

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
  const partial = options.partial === true
  const quick = quickValidator(schema, partial ? 'partial' : 'whole')
  const filled = quick && copyOf(value)
  if (filled !== undefined && quick?.(filled) === true) return { value: filled, problems: [] }
  const validate = validatorOf(schema, partial)
  const copy = copyOf(value)
  validate(copy)
  return { value: copy, problems: problemsOf(validate.errors ?? [], options.standIns ?? []) }
}

/** Of plain JSON, which `structuredClone` takes ten times as long for. */
const copyOf = (value: JsonObject): JsonObject => copied(value) as JsonObject

function copied(value: Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(copied)
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, one]) => [key, copied(one)]))
}

type Validator = (value: unknown) => boolean

const compiled = { whole: new WeakMap<object, ValidateFunction>(), partial: new WeakMap<object, ValidateFunction>() }
const ready = new WeakMap<object, ReadyValidator>()
const quickValidators = { whole: new WeakMap<object, Validator>(), partial: new WeakMap<object, Validator>() }
let ajvs: { readonly whole: Ajv; readonly partial: Ajv } | undefined

/** Takes validators that were written beforehand for these schemas: then ajv is loaded only to say what is wrong. */
export function useReadyValidators(schemas: readonly { readonly name: string; readonly params: object }[]): void {
  for (const { name, params } of schemas)
    if (Object.hasOwn(readyValidators, name)) ready.set(params, readyValidators[name] as ReadyValidator)
}

/** A function that tells quickly whether all is well, where there is one. */
function quickValidator(schema: object, mode: 'whole' | 'partial'): Validator | undefined {
  const known = quickValidators[mode].get(schema)
  if (known !== undefined) return known
  const code = ready.get(schema)?.[mode]
  if (code === undefined) return undefined
  const module: { exports?: Validator } = {}
  // The same code that ajv would evaluate here itself, written when assay was built.
  const define = compileFunction(code, ['module', 'require']) as (of: typeof module, require: unknown) => void
  define(module, createRequire(import.meta.url))
  invariant(module.exports, 'a validator exports itself')
  quickValidators[mode].set(schema, module.exports)
  return module.exports
}

function validatorOf(schema: object, partial: boolean): ValidateFunction {
  const mode = partial ? 'partial' : 'whole'
  const known = compiled[mode].get(schema)
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
  if (ajvs === undefined) {
    const { Ajv } = createRequire(import.meta.url)('ajv') as typeof import('ajv')
    ajvs = { whole: new Ajv({ ...options, useDefaults: true }), partial: new Ajv(options) }
  }
  const validate = ajvs[mode].compile(closedSchema(schema, partial))
  compiled[mode].set(schema, validate)
  return validate
}

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
