import {
  Environment,
  type ObjectSchema,
  type RegisterVariableDeclaration,
  type SourceRange,
} from '@marcbachmann/cel-js'
import type { Json, JsonObject } from '../../base/json.ts'
import { encodeHead, encodeName } from './rewrite.ts'
import type { Scope, ScopeType } from './scope.ts'

let shared: Environment | undefined

/** CEL with a handful of real functions, and with integers (sizes, indices) and doubles mixing freely. */
function base(): Environment {
  if (shared !== undefined) return shared
  const environment = new Environment({ homogeneousAggregateLiterals: false })
  for (const name of ['log', 'exp', 'sqrt', 'abs', 'floor', 'ceil', 'round'] as const) {
    environment.registerFunction(`${name}(double): double`, (x: number) => Math[name](x))
  }
  for (const name of ['min', 'max', 'pow'] as const) {
    environment.registerFunction(`${name}(double, double): double`, (x: number, y: number) => Math[name](x, y))
  }
  for (const [name, apply] of Object.entries(overLists)) {
    environment.registerFunction(`${name}(list): double`, (items: unknown[]) => apply(items.map(Number)))
  }
  environment.registerOperator('double % double: double', (x: number, y: number) => x % y)
  for (const [symbol, apply] of Object.entries(arithmetic)) {
    const mixed = (x: number | bigint, y: number | bigint): number => apply(Number(x), Number(y))
    environment.registerOperator(`int ${symbol} double: double`, mixed)
    environment.registerOperator(`double ${symbol} int: double`, mixed)
  }
  return (shared = environment)
}

/** Of an empty list there is no number; the result says so. */
const overLists: Readonly<Record<string, (items: readonly number[]) => number>> = {
  sum: (items) => items.reduce((sum, item) => sum + item, 0),
  mean: (items) => items.reduce((sum, item) => sum + item, 0) / items.length,
  min: (items) => Math.min(...items),
  max: (items) => Math.max(...items),
}

const arithmetic: Readonly<Record<string, (x: number, y: number) => number>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
}

/** An environment that knows the names of `scope`, to check types in. */
function typedEnvironment(scope: Scope): Environment {
  const environment = base().clone()
  for (const [name, type] of scope) environment.registerVariable(declaration(encodeHead(name), type))
  return environment
}

function declaration(name: string, type: ScopeType): RegisterVariableDeclaration {
  const schema = schemaOf(type)
  return typeof schema === 'string' ? { name, type: schema } : { name, schema }
}

function schemaOf(type: ScopeType): string | ObjectSchema {
  switch (type.kind) {
    case 'map': {
      const fields = [...type.fields].filter(([, field]) => field.kind !== 'unreadable')
      return Object.fromEntries(fields.map(([name, field]) => [encodeName(name), schemaOf(field)]))
    }
    case 'unreadable':
      return 'dyn'
    case 'double':
    case 'string':
    case 'bool':
    case 'dyn':
      return type.kind
    case 'list':
      return type.of === undefined ? 'list' : `list<${type.of}>`
  }
}

/** The value of a CEL text. Throws CEL's EvaluationError, ParseError or TypeError. */
export function evaluateCel(cel: string, values: JsonObject): unknown {
  return base()
    .clone({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
    .evaluate(cel, encodeHeads(values)) as unknown
}

/** Names of stages, outputs and parameters are encoded; deeper keys belong to the data. */
const encodeHeads = (values: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, Json] => [encodeHead(name), encodeFields(value)]),
  )

const encodeFields = (value: Json): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, field]) => [encodeName(name), field]))
    : value

/** The type CEL finds, or what is wrong, with offsets in the CEL text. Never throws. */
export function checkCel(cel: string, scope: Scope): { readonly type: string } | CelProblem {
  let environment: Environment
  try {
    environment = typedEnvironment(scope)
  } catch {
    // A name such as `__proto__`, which CEL refuses to declare; that it names a stage or parameter is told as well.
    return { code: 'reserved_name', summary: 'this reads a name that nothing may have', start: 0, end: cel.length }
  }
  const checked = environment.check(cel)
  if (checked.valid) return { type: checked.type ?? 'dyn' }
  // Where CEL itself gives up, for example on its own stack, the error is a plain one.
  const error = checked.error as
    | { code?: string; summary?: string; range?: SourceRange; message: string; node?: { readonly args?: unknown } }
    | undefined
  const summary = error?.summary ?? error?.message ?? 'this is no expression'
  const operands = operandsOf(error?.node)
  return {
    code: error?.code ?? 'unknown',
    summary,
    start: error?.range?.start ?? 0,
    end: error?.range?.end ?? cel.length,
    ...(operands.length === 0 ? {} : { operands }),
  }
}
export interface CelProblem {
  readonly code: string
  readonly summary: string
  readonly start: number
  readonly end: number
  /** Of an operator, what it stands between. */
  readonly operands?: readonly CelOperand[]
}
export interface CelOperand {
  readonly start: number
  readonly end: number
  readonly type: string
}

function operandsOf(node: { readonly args?: unknown } | undefined): CelOperand[] {
  const args: readonly unknown[] = Array.isArray(node?.args) ? node.args : []
  return args.flatMap((arg) => {
    const { range, checkedType } = (arg ?? {}) as { range?: SourceRange; checkedType?: { name: string } }
    return range === undefined || checkedType === undefined ? [] : [{ ...range, type: checkedType.name }]
  })
}

/** The functions that an expression may call. */
export const functionNames = (): string[] => [
  ...new Set(
    base()
      .getDefinitions()
      .functions.flatMap(({ name }) => (unusable.test(name) ? [] : [name])),
  ),
]

/** What CEL has for times, bytes and optional values, which nothing in a pipeline is. */
const unusable =
  /^(?:get[A-Z].*|timestamp|duration|bytes|json|hex|base64|at|dyn|type|uint|hasValue|value|none|of|or|orValue|bind)$/
