import type { JsonObject } from '../base/json.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import type { InputPort, StageKind, StageRole, TemplatePort } from '../stage/stage-kind.ts'

/**
 * A stage of the kind as a pipeline would have it, line by line: the kind's own example, else what must be written and
 * nothing more. Stages that it refers to and that are not shown are named `some-<type>`.
 */
export function exampleOf(kind: StageKind, catalog: StageCatalog): string[] {
  const own = kind.example?.trimEnd().split('\n')
  const rest = kind.isCommand === true ? (own ?? ['run: echo hello']) : under('with', own ?? neededLines(kind, catalog))
  return [`my-${kind.name}:`, ...[`use: ${kind.name}`, ...rest].map((line) => `  ${line}`)]
}

const under = (key: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${key}:`, ...lines.map((line) => `  ${line}`)]

function neededLines(kind: StageKind, catalog: StageCatalog): string[] {
  const templates = Object.entries(kind.templates ?? {}).filter(([, port]) => port.optional !== true)
  const params = neededParams(kind).map(([name, schema]) => `${name}: ${valueOf(schema, kind, catalog)}`)
  return [...inputLines(kind), ...templates.map(([name, port]) => `${name}: ${templateOf(port, catalog)}`), ...params]
}

const inputLines = ({ inputs }: StageKind, given: readonly string[] = []): string[] =>
  Object.entries(inputs).flatMap(([name, port]) =>
    port.optional === true || given.includes(name) ? [] : [`${name}: ${referenceTo(port)}`],
  )

function referenceTo({ accepts, many }: InputPort): string {
  const [type] = accepts
  if (type === undefined || type === 'path') return './path'
  return many === true ? `[some-${type}]` : `some-${type}`
}

/** The first kind that fits, with what it needs besides the model that its place gives it. */
function templateOf({ role, arity }: TemplatePort, catalog: StageCatalog): string {
  const kind = kindFor(role, catalog)
  if (kind === undefined) return `{ use: some-${role} }`
  const lines = [
    ...inputLines(kind, ['model']),
    ...neededParams(kind).map(([name, schema]) => `${name}: ${valueOf(schema, kind, catalog)}`),
  ]
  const one = `{ use: ${kind.name}${lines.length === 0 ? '' : `, with: { ${lines.join(', ')} }`} }`
  return arity === 'one' ? one : `{ name: ${one} }`
}

const kindFor = (role: StageRole, catalog: StageCatalog): StageKind | undefined =>
  catalog.all().find((kind) => kind.role === role)

function neededParams(kind: StageKind): [string, JsonObject][] {
  const required: readonly string[] = kind.params.required ?? []
  return Object.entries(kind.params.properties).flatMap(([name, schema]): [string, JsonObject][] =>
    required.includes(name) && schema['default'] === undefined
      ? [[name, JSON.parse(JSON.stringify(schema)) as JsonObject]]
      : [],
  )
}

function valueOf(schema: JsonObject, kind: StageKind, catalog: StageCatalog): string {
  if (typeof schema['x-claim'] === 'string') return claimAbout(schema['x-claim'], kind, catalog)
  if (Array.isArray(schema['examples'])) return JSON.stringify(schema['examples'][0])
  if (Array.isArray(schema['anyOf'])) return valueOf(schema['anyOf'][0] as JsonObject, kind, catalog)
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  const { minimum, exclusiveMinimum, type } = schema
  switch (type) {
    case 'number':
    case 'integer':
      return String(
        typeof minimum === 'number'
          ? Math.max(minimum, 1)
          : typeof exclusiveMinimum === 'number'
            ? exclusiveMinimum + 1
            : 1,
      )
    case 'boolean':
      return 'true'
    case 'array':
      return `[${valueOf((schema['items'] ?? {}) as JsonObject, kind, catalog)}]`
    case 'object':
      return mapOf(schema, kind, catalog)
    default:
      return 'text'
  }
}

function mapOf(schema: JsonObject, kind: StageKind, catalog: StageCatalog): string {
  const required = (schema['required'] ?? []) as readonly string[]
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>
  const pairs = required.map((name) => `${name}: ${valueOf(properties[name] ?? {}, kind, catalog)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

/** A claim about the first metric of the kind that stands at the template. */
function claimAbout(template: string, kind: StageKind, catalog: StageCatalog): string {
  const port = kind.templates?.[template]
  const metrics = Object.entries((port && kindFor(port.role, catalog)?.metrics) ?? {})
  const [name, metric] = metrics.find(([, { unit }]) => unit === 'proportion') ?? metrics[0] ?? ['accuracy']
  return `${name} ${metric?.unit === 'nats/token' ? '<= 1' : '>= 0.95'}`
}
