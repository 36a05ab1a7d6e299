import type { JsonObject } from '../base/json.ts'
import type { ParamProblem } from './validate-params.ts'

/** A schema problem in words. Exactly one of `missing`, `unknown` and a `wanted` that is not empty says what it is. */
export interface Complaint {
  readonly pointer: string
  /** As in `must be …`. */
  readonly wanted: string
  readonly missing?: string
  readonly unknown?: string
  /** Keys there are, beside `unknown`. */
  readonly known?: readonly string[]
  /** Values there are, where the value must be one of a few. */
  readonly choices?: readonly string[]
}

/** What a person would say of the problem. Of a union, what the branch that was most likely meant says. */
export function inWords(problem: ParamProblem): Complaint {
  const { pointer, keyword, params, schema } = problem
  const limit = String(params['limit'])
  const say = (wanted: string): Complaint => ({ pointer, wanted })
  switch (keyword) {
    case 'type':
      return say(typeInWords(schema))
    case 'minimum':
      return say(range(schema) ?? `at least ${limit}`)
    case 'maximum':
      return say(range(schema) ?? `at most ${limit}`)
    case 'exclusiveMinimum':
      return say(`greater than ${limit}`)
    case 'exclusiveMaximum':
      return say(`less than ${limit}`)
    case 'multipleOf':
      return say(`a multiple of ${String(params['multipleOf'])}`)
    case 'minItems':
    case 'maxItems':
      return say(`a list of at ${keyword === 'minItems' ? 'least' : 'most'} ${limit}`)
    case 'minLength':
    case 'maxLength':
      return say(`text of at ${keyword === 'minLength' ? 'least' : 'most'} ${limit} characters`)
    case 'pattern':
      return say(`text of the form ${String(params['pattern'])}`)
    case 'const':
      return choices(pointer, [params['allowedValue']])
    case 'enum':
      return choices(pointer, params['allowedValues'] as readonly unknown[])
    case 'required':
      return { ...say(''), missing: String(params['missingProperty']) }
    case 'additionalProperties':
      return {
        ...say(''),
        unknown: String(params['additionalProperty']),
        known: Object.keys((schema['properties'] ?? {}) as JsonObject),
      }
    case 'anyOf':
      return union(problem)
    default:
      return say(`valid (${keyword})`)
  }
}

function union({ pointer, branches = [], schema }: ParamProblem): Complaint {
  const constants = branches.map(([first, ...rest]) =>
    rest.length === 0 && first?.keyword === 'const' && first.pointer === pointer
      ? first.params['allowedValue']
      : undefined,
  )
  if (constants.every((value) => value !== undefined)) return choices(pointer, inOrder(schema, constants))
  // A text that is none of the constants was perhaps meant as one of the other types.
  if (
    branches.every((branch) =>
      branch.every((one) => one.pointer === pointer && ['const', 'type'].includes(one.keyword)),
    )
  )
    return { pointer, wanted: typeInWords(schema) }
  const [best = []] = branches
  const inside =
    best.find(({ keyword }) => keyword === 'additionalProperties') ??
    best.find((problem) => problem.pointer !== pointer || problem.keyword !== 'type')
  if (inside !== undefined) return inWords(inside)
  const types = (schema['anyOf'] as readonly JsonObject[]).map(typeInWords)
  return { pointer, wanted: [...new Set(types)].join(' or ') }
}

/** The branches were sorted by how well they fit; people read the schema's own order. */
function inOrder(schema: JsonObject, fallback: readonly unknown[]): readonly unknown[] {
  const values = (schema['anyOf'] as readonly JsonObject[] | undefined)?.map((branch) => branch['const'])
  return values?.every((value) => value !== undefined) === true ? values : fallback
}

const choices = (pointer: string, values: readonly unknown[]): Complaint => {
  const words = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  return { pointer, wanted: words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`, choices: words }
}

function range(schema: JsonObject): string | undefined {
  const { minimum, maximum } = schema
  return typeof minimum === 'number' && typeof maximum === 'number'
    ? `between ${String(minimum)} and ${String(maximum)}`
    : undefined
}

/** The type a schema wants. */
export function typeInWords(schema: JsonObject): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['anyOf']))
    return [...new Set((schema['anyOf'] as readonly JsonObject[]).map(typeInWords))].join(' or ')
  switch (schema['type']) {
    case 'integer':
      return 'a whole number'
    case 'number':
      return 'a number'
    case 'string':
      return 'text'
    case 'boolean':
      return 'true or false'
    case 'array':
      return 'a list'
    case 'object':
      return mapInWords(schema)
    case 'null':
      return 'nothing'
    default:
      return 'another value'
  }
}

function mapInWords(schema: JsonObject): string {
  const keys = Object.keys((schema['properties'] ?? {}) as JsonObject)
  return keys.length === 0 || keys.length > 4 ? 'a map' : `a map { ${keys.map((key) => `${key}: …`).join(', ')} }`
}
