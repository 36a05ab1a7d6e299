import {
  Environment,
  type ObjectSchema,
  type RegisterVariableDeclaration,
  type SourceRange,
} from '@marcbachmann/cel-js'
import type { Json, JsonObject } from '../../base/json.ts'
import { encodeHead, encodeName } from './rewrite.ts'
import type { MapType, Scope, ScopeType } from './scope.ts'

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
class TypedEnvironment {
  readonly environment = base().clone()
  /** What the items of lists are, by the names of their types here. */
  readonly items = new Map<string, MapType>()

  constructor(scope: Scope) {
    for (const [name, type] of scope) this.environment.registerVariable(this.#declaration(encodeHead(name), type))
  }

  #declaration(name: string, type: ScopeType): RegisterVariableDeclaration {
    const schema = schemaOf(type, (item) => this.#typeOf(item))
    return typeof schema === 'string' ? { name, type: schema } : { name, schema }
  }

  #typeOf(item: MapType): string {
    const name = `Item${String(this.items.size)}`
    this.items.set(name, item)
    const schema = schemaOf(item, (inner) => this.#typeOf(inner))
    this.environment.registerType({ name, schema: typeof schema === 'string' ? {} : schema })
    return name
  }
}

function schemaOf(type: ScopeType, typeOf: (item: MapType) => string): string | ObjectSchema {
  switch (type.kind) {
    case 'map': {
      const fields = [...type.fields].filter(([, field]) => field.kind !== 'unreadable')
      // Behind an index a name stands as it is: `list[0]["logit-difference"]`.
      return Object.fromEntries(
        fields.flatMap(([name, field]) => {
          const schema = schemaOf(field, typeOf)
          return [...new Set([encodeName(name), name])].map((spelling) => [spelling, schema])
        }),
      )
    }
    case 'unreadable':
      return 'dyn'
    case 'double':
    case 'string':
    case 'bool':
    case 'dyn':
      return type.kind
    case 'list':
      if (type.of === undefined) return 'list'
      return `list<${type.of === 'double' ? type.of : typeOf(type.of)}>`
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
  let typed: TypedEnvironment
  try {
    typed = new TypedEnvironment(scope)
  } catch {
    // A name such as `__proto__`, which CEL refuses to declare; that it names a stage or parameter is told as well.
    return { code: 'reserved_name', summary: 'this reads a name that nothing may have', start: 0, end: cel.length }
  }
  const checked = typed.environment.check(cel)
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
    ...fieldsOf(operands, typed.items),
  }
}
export interface CelProblem {
  readonly code: string
  readonly summary: string
  readonly start: number
  readonly end: number
  /** Names of the fields that there are, where one is not. */
  readonly fields?: { readonly names: readonly string[]; readonly what: string }
  /** Of an operator, what it stands between. */
  readonly operands?: readonly CelOperand[]
}
export interface CelOperand {
  readonly start: number
  readonly end: number
  readonly type: string
}

function fieldsOf([first]: readonly CelOperand[], items: ReadonlyMap<string, MapType>): Pick<CelProblem, 'fields'> {
  const [, ...path] = (first?.type ?? '').split('.')
  let type: ScopeType | undefined = items.get((first?.type ?? '').split('.')[0] ?? '')
  for (const name of path) type = type?.kind === 'map' ? (type.fields.get(name) ?? byEncoded(type, name)) : undefined
  return type?.kind === 'map' ? { fields: { names: [...type.fields.keys()], what: type.what } } : {}
}

const byEncoded = ({ fields }: MapType, name: string): ScopeType | undefined =>
  [...fields].find(([field]) => encodeName(field) === name)?.[1]

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
