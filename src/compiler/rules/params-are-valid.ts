import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import { canonicalJson } from '../../base/canonical-json.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import { isMissing, usesOf, type BoundStage, type BoundUse } from '../bound.ts'
import { escapePointer } from '../bind-value.ts'
import { bracedName, describe, entryOf, type MapEntry, type YamlNode } from '../node.ts'
import { quantityInWords } from '../quantity.ts'
import { suggest, type Report } from '../report.ts'
import { inWords, type Complaint } from '../schema-words.ts'
import { validateParams, type ParamProblem, type StandIn } from '../validate-params.ts'

const code = 'params-are-valid'

/** Law: the parameters of a stage fit the schema of its kind. A template may leave parameters to its search. */
export function paramsAreValid(stages: readonly BoundStage[], report: Report): void {
  for (const stage of stages)
    for (const use of usesOf(stage)) for (const problem of checkUse(use)) report(toDiagnostic(problem, use))
  for (const stage of stages) for (const use of usesOf(stage)) checkSeed(use, report)
}

function checkUse(use: BoundUse): readonly ParamProblem[] {
  if (use.kind === undefined) return []
  const value = Object.fromEntries(use.params.map((param) => [param.name, param.value.json]))
  const standIns = use.params.flatMap((param): StandIn[] =>
    param.value.holes.map(({ pointer, type, why }) => ({
      pointer: `/${escapePointer(param.name)}${pointer}`,
      any: type === 'any' || why === 'unknown',
    })),
  )
  return validateParams(use.kind.params, value, { partial: use.isTemplate, standIns }).problems.filter(
    (problem, _, all) => !followsFrom(problem, use, all),
  )
}

/** What is missing is not told where a mistyped key beside it has been. */
function followsFrom(problem: ParamProblem, use: BoundUse, all: readonly ParamProblem[]): boolean {
  const { missing } = inWords(problem)
  if (missing === undefined) return false
  if (problem.pointer === '' && !isMissing(use, missing)) return true
  return all.some((other) => {
    const { unknown } = inWords(other)
    return unknown !== undefined && other.pointer === problem.pointer && didYouMean(unknown, [missing]).length > 0
  })
}

function toDiagnostic(problem: ParamProblem, use: BoundUse): Diagnostic {
  const place = find(problem.pointer, use)
  const complaint = inWords(problem)
  const name = problem.pointer === '' ? `\`${use.kind?.name ?? ''}\`` : `\`${place.path}\``
  const base = { code, severity: 'error' } as const
  if (complaint.missing !== undefined) {
    return {
      ...base,
      message: `${name} needs \`${complaint.missing}\``,
      span: place.keySpan,
      help: missingHelp(complaint.missing, problem, use),
    }
  }
  if (complaint.unknown !== undefined) {
    const entry = place.node?.kind === 'map' ? entryOf(place.node, complaint.unknown) : undefined
    const names = complaint.known ?? []
    return {
      ...base,
      message: `${name} has no key \`${complaint.unknown}\``,
      span: entry?.keySpan ?? place.span,
      help: suggest(didYouMean(complaint.unknown, names), names, 'keys'),
    }
  }
  // The mistake may lie deeper than where a union was refused.
  const deeper = complaint.pointer === problem.pointer ? place : find(complaint.pointer, use)
  const is = deeper.node === undefined ? '' : `, but this is ${written(deeper.node)}`
  return {
    ...base,
    message: `\`${deeper.path}\` must be ${complaint.wanted}${is}`,
    span: deeper.span,
    ...withValue(helpOf(complaint, deeper, use), deeper, { use, pointer: complaint.pointer }),
  }
}

/** What an expression came to stands before the help; the message is the same for all cells of a matrix. */
function withValue(
  { help }: { help?: string },
  { node }: Place,
  { use, pointer }: { use: BoundUse; pointer: string },
): { help?: string } {
  const isComputed = node?.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${')
  const value = isComputed ? valueAt(pointer, use) : undefined
  if (value === undefined) return help === undefined ? {} : { help }
  const text = typeof value === 'string' ? value : canonicalJson(value)
  const is = `it is ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`
  return { help: help === undefined ? is : `${is}; ${help}` }
}

/** The value at a JSON pointer, unless it waits for a stage. */
function valueAt(pointer: string, use: BoundUse): Json | undefined {
  const [top = '', ...keys] = pointer.split('/').slice(1).map(unescapePointer)
  const param = use.params.find(({ name }) => name === top)
  if (param === undefined || param.value.holes.length > 0) return undefined
  return keys.reduce<Json | undefined>(
    (value, key) =>
      value !== null && typeof value === 'object' ? (value as Readonly<Record<string, Json>>)[key] : undefined,
    param.value.json,
  )
}

const unescapePointer = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~')

function missingHelp(name: string, problem: ParamProblem, use: BoundUse): string {
  const schema = (problem.schema['properties'] as JsonObject | undefined)?.[name] as JsonObject | undefined
  const about = typeof schema?.['description'] === 'string' ? `: ${schema['description']}` : ''
  return `add \`${name}: …\`${problem.pointer === '' && use.spec.with.length === 0 ? ' under `with`' : ''}${about}`
}

function helpOf(complaint: Complaint, place: Place, use: BoundUse): { help?: string } {
  const word = place.node?.kind === 'scalar' ? String(place.node.value) : ''
  const braced = place.node && bracedName(place.node)
  if (braced !== undefined) return { help: `an expression is written \`"\${${braced}}"\`` }
  if (complaint.choices !== undefined)
    return { help: suggest(didYouMean(word, complaint.choices), complaint.choices, 'values') }
  if (complaint.wanted === 'true or false' && /^(no|off|n)$/i.test(word))
    return { help: 'write false: YAML 1.2 reads `no` and `off` as text' }
  if (complaint.wanted === 'true or false' && /^(yes|on|y)$/i.test(word))
    return { help: 'write true: YAML 1.2 reads `yes` and `on` as text' }
  if (complaint.wanted.includes('number') && /^-?[\d.]+\s*%$/.test(word))
    return { help: `write ${String(Number((Number.parseFloat(word) / 100).toPrecision(12)))}` }
  const unit = complaint.wanted.includes('number') ? quantityInWords(word) : undefined
  if (unit !== undefined) return { help: `\`${word}\` is a ${unit}; \`${place.path}\` is a number without a unit` }
  const schema = use.kind?.params.properties[place.top]
  const about = schema?.description
  return about === undefined ? {} : { help: `${place.top}: ${about}` }
}

interface Place {
  /** Dotted, for people. */
  readonly path: string
  /** First key. */
  readonly top: string
  readonly node?: YamlNode
  readonly span: SourceSpan
  /** Where to point for something missing inside. */
  readonly keySpan: SourceSpan
}

/** Walks from the entries of `with` down a JSON pointer, as far as the file goes. */
function find(pointer: string, use: BoundUse): Place {
  const keys = pointer.split('/').slice(1).map(unescapePointer)
  let place: Place = { path: '', top: keys[0] ?? '', span: use.spec.span, keySpan: use.spec.span }
  let entries: readonly MapEntry[] = use.spec.with
  for (const key of keys) {
    const node: YamlNode | undefined = place.node
    const entry = entries.find((one) => one.key === key)
    const item = node?.kind === 'list' ? node.items[Number(key)] : entry?.value
    const path = node?.kind === 'list' ? `${place.path}[${key}]` : place.path === '' ? key : `${place.path}.${key}`
    if (item === undefined) return { ...place, path }
    place = { path, top: place.top, node: item, span: item.span, keySpan: entry?.keySpan ?? item.span }
    entries = item.kind === 'map' ? item.entries : []
  }
  return place
}

/** A short value is quoted, a long one described. */
function written(node: YamlNode): string {
  if (node.kind !== 'scalar' || node.value === null) return describe(node)
  const text = String(node.value)
  if (typeof node.value !== 'string') return text
  return text.length <= 40 && !text.includes('\n') ? `\`${text}\`` : 'text'
}

function checkSeed(use: BoundUse, report: Report): void {
  if (use.seed === undefined) return
  const { json, holes } = use.seed.value
  const node = use.seed.entry.value
  if (holes.some(({ why }) => why === 'unknown')) return
  if (holes.length > 0)
    report({
      code,
      severity: 'error',
      message: '`seed` must be known before anything runs, but this waits for a stage',
      span: node.span,
      help: 'write a whole number, or use a parameter',
    })
  else if (!Number.isSafeInteger(json)) report(seedIsInteger(node))
}

export const seedIsInteger = (node: YamlNode): Diagnostic => ({
  code,
  severity: 'error',
  message: `\`seed\` must be a whole number, but this is ${written(node)}`,
  span: node.span,
  help: 'seeds of stages are derived from it and the names of the stages',
})
