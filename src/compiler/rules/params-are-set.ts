import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import { describe, toJson, type YamlNode } from '../node.ts'
import { suggest, type Report } from '../report.ts'
import { paramTypes, type ParamSpec, type ParamType, type PipelineSpec } from '../spec.ts'

const code = 'params-are-set'

/**
 * Law: every parameter of the pipeline has a value, from `-p name=value` or its default, of its type and within its
 * bounds; and every `-p` names a parameter. Returns the values that are right.
 */
export function paramsAreSet(
  spec: PipelineSpec,
  overrides: Readonly<Record<string, string>>,
  report: Report,
): JsonObject {
  const names = spec.params.map(({ name }) => name)
  for (const name of Object.keys(overrides)) {
    if (names.includes(name)) continue
    const help = suggest(didYouMean(name, names), names, 'parameters')
    report({
      code,
      severity: 'error',
      message: `-p ${name}=…: this pipeline has no parameter \`${name}\``,
      span: spec.paramsSpan,
      help,
    })
  }
  const values: [string, Json][] = []
  for (const param of spec.params) {
    const value = valueOf(param, Object.hasOwn(overrides, param.name) ? overrides[param.name] : undefined)
    if ('problem' in value) {
      if (param.isUnclear !== true) report(value.problem)
    } else values.push([param.name, value.value])
  }
  return Object.fromEntries(values)
}

type Valued = { readonly value: Json } | { readonly problem: Diagnostic }

function valueOf(param: ParamSpec, override: string | undefined): Valued {
  const span = override === undefined ? (param.default?.span ?? param.nameSpan) : param.nameSpan
  const from = override === undefined ? `\`${param.name}\`` : `-p ${param.name}=${override}`
  const wrong = (message: string, help: string): Valued => ({
    problem: { code, severity: 'error', message, span, help },
  })
  if (override === undefined && param.default === undefined) {
    return wrong(
      `the parameter \`${param.name}\` has no value`,
      `set it with \`-p ${param.name}=…\` (${param.type}), or give it a \`default\``,
    )
  }
  const value = override === undefined ? toJson(param.default as YamlNode) : parseOverride(override, param.type)
  if (holdsExpression(value))
    return wrong(`${from} is an expression; a parameter is a plain value`, 'compute where the parameter is used')
  if (!hasType(value, param.type)) {
    const is = override === undefined && param.default !== undefined ? describe(param.default) : `\`${override ?? ''}\``
    return wrong(
      `${from} must be ${wanted[param.type]}, but this is ${is}`,
      `write ${wanted[param.type]}, or change the parameter's type`,
    )
  }
  const bound = outOfBounds(param, value)
  return bound === undefined
    ? { value }
    : wrong(
        `${from} must be ${bound}, but it is ${JSON.stringify(value)}`,
        'the bounds stand in the declaration of the parameter',
      )
}

function outOfBounds({ minimum, maximum }: ParamSpec, value: Json): string | undefined {
  if (typeof value !== 'number') return undefined
  if (minimum !== undefined && value < minimum) return `at least ${String(minimum)}`
  return maximum !== undefined && value > maximum ? `at most ${String(maximum)}` : undefined
}

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

function hasType(value: Json, type: ParamType): boolean {
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

const wanted: Readonly<Record<ParamType, string>> = {
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
