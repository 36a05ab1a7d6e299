import { didYouMean } from '../base/did-you-mean.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { err, ok, type Result } from '../base/result.ts'
import { inWords } from '../compiler/schema-words.ts'
import { validateParams, type ParamProblem } from '../compiler/validate-params.ts'
import type { StageKind } from '../stage/stage-kind.ts'

/**
 * Checks parameters that only a run knows: those computed from other stages' results, and those a search gives to its
 * children. What the file says in plain values was checked before anything ran.
 * Gives them with defaults filled in, or says in one sentence what is wrong. `seed` is allowed on seeded kinds.
 */
export function checkParams(kind: StageKind, params: JsonObject): Result<JsonObject, string> {
  const { seed, ...others } = params
  const properties = kind.params.properties as Readonly<Record<string, unknown>>
  const takesSeed = kind.seeded && properties['seed'] === undefined
  if (takesSeed && seed !== undefined && !Number.isSafeInteger(seed))
    return err(`seed must be a whole number, but is ${JSON.stringify(seed)}`)
  const checked = takesSeed ? others : params
  const { value, problems } = validateParams(kind.params, checked)
  if (problems.length > 0) return err(problems.map((problem) => sentence(problem, checked)).join('; '))
  return ok(takesSeed && seed !== undefined ? { ...value, seed } : value)
}

function sentence(problem: ParamProblem, params: JsonObject): string {
  const complaint = inWords(problem)
  const holder = problem.pointer === '' ? 'it' : dotted(problem.pointer)
  if (complaint.missing !== undefined) return `${holder} needs ${complaint.missing}`
  if (complaint.unknown !== undefined) {
    const [near] = didYouMean(complaint.unknown, complaint.known ?? [])
    return `${holder} has no key ${complaint.unknown}${near === undefined ? '' : ` (did you mean ${near}?)`}`
  }
  return `${dotted(complaint.pointer)} must be ${complaint.wanted}, but is ${JSON.stringify(valueAt(params, complaint.pointer))}`
}

const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
const dotted = (pointer: string): string => steps(pointer).join('.')

function valueAt(value: Json | undefined, pointer: string): Json | undefined {
  return steps(pointer).reduce<Json | undefined>(
    (at, step) => (at !== null && typeof at === 'object' ? (at as Readonly<Record<string, Json>>)[step] : undefined),
    value,
  )
}
