import { didYouMean } from '../../base/did-you-mean.ts'
import { canonicalJson } from '../../base/canonical-json.ts'
import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import { describe, toJson, type MapEntry, type YamlNode } from '../node.ts'
import { suggest, type Report } from '../report.ts'
import { paramTypes, type ParamSpec, type ParamType, type PipelineSpec } from '../spec.ts'

const code = 'params-are-set'

/** Where values come from, the later ones first in rank. */
export interface GivenParams {
  /** Values of a stage that is made of this pipeline file; what is wrong with them has been told. */
  readonly values?: JsonObject
  /** The entries of a file of parameters. */
  readonly entries?: readonly MapEntry[]
  /** From the command line, as text. */
  readonly texts?: Readonly<Record<string, string>>
}

/**
 * Law: every parameter of the pipeline has a value, from `-p name=value`, a file of parameters or its default, of its
 * type and within its bounds; and whatever is given names a parameter. Returns the values that are right.
 */
export function paramsAreSet(spec: PipelineSpec, given: GivenParams, report: Report): JsonObject {
  const names = spec.params.map(({ name }) => name)
  const unknown = (what: string, name: string, span: SourceSpan): void => {
    if (names.includes(name)) return
    const help = suggest(didYouMean(name, names), names, 'parameters')
    report({ code, severity: 'error', message: `${what}this pipeline has no parameter \`${name}\``, span, help })
  }
  for (const name of Object.keys(given.texts ?? {})) unknown(`-p ${name}=…: `, name, spec.paramsSpan)
  for (const { key, keySpan } of given.entries ?? []) unknown('', key, keySpan)
  const values: [string, Json][] = []
  for (const param of spec.params) {
    const from = givenTo(param, given)
    if (param.isUnclear === true && (from === 'nothing' || param.default === undefined)) continue
    const value = from === 'nothing' ? notSet(param) : checked(param, from)
    if ('problem' in value) {
      if (from === 'nothing' || from.isTold !== true) report(value.problem)
    } else values.push([param.name, value.value])
  }
  return Object.fromEntries(values)
}

/** A value for a parameter, where it stands, and what to call it. */
interface Given {
  readonly value: Json
  readonly span: SourceSpan
  readonly name: string
  readonly is: string
  readonly isTold?: true
}

function givenTo(param: ParamSpec, { values = {}, entries = [], texts = {} }: GivenParams): Given | 'nothing' {
  const { name, type, nameSpan } = param
  if (Object.hasOwn(values, name)) {
    const value = values[name] ?? null
    return { value, span: nameSpan, name: `\`${name}\``, is: JSON.stringify(value), isTold: true }
  }
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined
  if (text !== undefined)
    return { value: parseOverride(text, type), span: nameSpan, name: `-p ${name}=${text}`, is: `\`${text}\`` }
  const node = entries.find(({ key }) => key === name)?.value ?? param.default
  return node === undefined
    ? 'nothing'
    : { value: toJson(node), span: node.span, name: `\`${name}\``, is: inWords(node) }
}

type Valued = { readonly value: Json } | { readonly problem: Diagnostic }

const notSet = ({ name, type, nameSpan }: ParamSpec): Valued => ({
  problem: {
    code,
    severity: 'error',
    message: `the parameter \`${name}\` has no value`,
    span: nameSpan,
    help: `set it with \`-p ${name}=…\` (${type}), or give it a \`default\``,
  },
})

function checked(param: ParamSpec, { value, span, name, is }: Given): Valued {
  const wrong = (message: string, help: string): Valued => ({
    problem: { code, severity: 'error', message, span, help },
  })
  if (holdsExpression(value))
    return wrong(`${name} is an expression; a parameter is a plain value`, 'compute where the parameter is used')
  if (!hasType(value, param.type)) {
    return wrong(
      `${name} must be ${wanted[param.type]}, but this is ${is}`,
      `write ${wanted[param.type]}, or change the parameter's type`,
    )
  }
  if (param.enum !== undefined && !param.enum.some((one) => canonicalJson(one) === canonicalJson(value))) {
    const choices = param.enum.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    const near = typeof value === 'string' ? didYouMean(value, choices) : []
    return wrong(
      `${name} must be one of ${choices.join(', ')}, but it is ${JSON.stringify(value)}`,
      near[0] === undefined ? 'the values stand in the declaration of the parameter' : `did you mean \`${near[0]}\`?`,
    )
  }
  const bound = outOfBounds(param, value)
  return bound === undefined
    ? { value }
    : wrong(
        `${name} must be ${bound}, but it is ${JSON.stringify(value)}`,
        'the bounds stand in the declaration of the parameter',
      )
}

function outOfBounds({ minimum, maximum }: ParamSpec, value: Json): string | undefined {
  // What bounds that contradict each other lead to is not worth telling.
  if (typeof value !== 'number' || (minimum ?? -Infinity) > (maximum ?? Infinity)) return undefined
  if (minimum !== undefined && value < minimum) return `at least ${String(minimum)}`
  return maximum !== undefined && value > maximum ? `at most ${String(maximum)}` : undefined
}

/** A short value as it is, another described. */
const inWords = (node: YamlNode): string =>
  node.kind !== 'scalar' || node.value === null || String(node.value).length > 40
    ? describe(node)
    : typeof node.value === 'string'
      ? `\`${node.value}\``
      : String(node.value)

/** The text after `-p name=` as a value of the type; text that does not fit stays text. */
function parseOverride(text: string, type: ParamType): Json {
  if (type === 'string') return text
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'number' || type === 'integer')
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** Whether a plain value is of a parameter's type. */
export function hasType(value: Json, type: ParamType): boolean {
  switch (type) {
    case 'number':
      return Number.isFinite(value)
    case 'integer':
      return Number.isSafeInteger(value)
    case 'string':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'list':
      return Array.isArray(value)
    case 'map':
      return value !== null && typeof value === 'object' && !Array.isArray(value)
  }
}

/** A type as in `must be …`. */
export const wanted: Readonly<Record<ParamType, string>> = {
  number: 'a number',
  integer: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map',
}

const holdsExpression = (value: Json): boolean => JSON.stringify(value).includes('${')

export const isParamType = (value: unknown): value is ParamType => (paramTypes as readonly unknown[]).includes(value)

/** The type a plain value declares; nothing for an empty one. */
export function typeOf(node: YamlNode): ParamType | undefined {
  if (node.kind !== 'scalar') return node.kind
  if (node.value === null) return undefined
  return typeof node.value as 'number' | 'string' | 'boolean'
}

/** Law: a parameter has one of the types there are. */
export function paramTypeIsKnown(node: YamlNode): Diagnostic | undefined {
  if (node.kind === 'scalar' && isParamType(node.value)) return undefined
  const word = node.kind === 'scalar' ? String(node.value) : describe(node)
  const help = suggest(didYouMean(word, paramTypes), paramTypes, 'types')
  return { code, severity: 'error', message: `a parameter has no type \`${word}\``, span: node.span, help }
}
