import type { Json, JsonObject } from '../base/json.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import type { StageKind, StageRole } from '../stage/stage-kind.ts'

const expression = { type: 'string', pattern: '\\$\\{', description: 'An expression, such as ${params.x}' } as const
const id = '^[a-z][a-z0-9_-]*$'

/** JSON Schema (draft-07) of pipeline files, for completion and hover text in editors. The checker itself knows more. */
export function pipelineSchema(catalog: StageCatalog): JsonObject {
  const kinds = catalog.all()
  const roles = [...new Set(kinds.flatMap((kind) => Object.values(kind.templates ?? {}).map(({ role }) => role)))]
  const places: [string, JsonObject][] = [
    [
      'stage',
      useSchema(
        kinds.filter(({ role }) => role !== 'part'),
        { isTemplate: false },
      ),
    ],
    ...roles.map((role): [string, JsonObject] => [
      `${role}-template`,
      useSchema(
        kinds.filter((kind) => kind.role === role),
        { isTemplate: true },
      ),
    ]),
  ]
  const withs = kinds.flatMap((kind): [string, JsonObject][] => [
    [`${kind.name}-with`, withSchema(kind, false)],
    [`${kind.name}-template-with`, withSchema(kind, true)],
  ])
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'assay pipeline',
    type: 'object',
    required: ['assay', 'stages'],
    additionalProperties: false,
    properties: topLevel,
    definitions: { param, ...Object.fromEntries(places), ...Object.fromEntries(withs) },
  }
}

const topLevel: JsonObject = {
  assay: { const: 1, description: 'Version of the pipeline language' },
  name: { type: 'string', description: 'Name of the pipeline. Default: the name of the file' },
  description: { type: 'string', description: 'What the pipeline is for' },
  seed: {
    anyOf: [{ type: 'integer' }, expression],
    default: 0,
    description: 'Seed that every stage derives its own from',
  },
  params: {
    type: 'object',
    propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]*$' },
    additionalProperties: { $ref: '#/definitions/param' },
    description: 'Parameters, read as ${params.name} and set by -p name=value',
  },
  stages: {
    type: 'object',
    minProperties: 1,
    propertyNames: { pattern: id },
    additionalProperties: { $ref: '#/definitions/stage' },
    description: 'Stages by name',
  },
}

const param: JsonObject = {
  description: 'A value, or { type, default, minimum, maximum, description }',
  anyOf: [
    { type: ['number', 'string', 'boolean', 'array'] },
    {
      type: 'object',
      properties: {
        type: { enum: ['number', 'integer', 'string', 'boolean', 'list', 'map'], description: 'Type of the parameter' },
        default: { description: 'Value unless another is given; without one the parameter must be set' },
        minimum: { type: 'number', description: 'Least value' },
        maximum: { type: 'number', description: 'Greatest value' },
        description: { type: 'string', description: 'What it is' },
      },
    },
  ],
}

/** A stage, or a template of one role: `use` chooses what may stand under `with`. */
function useSchema(kinds: readonly StageKind[], { isTemplate }: { isTemplate: boolean }): JsonObject {
  const what = isTemplate ? '-template-with' : '-with'
  return {
    type: 'object',
    required: ['use'],
    additionalProperties: false,
    properties: {
      use: {
        description: 'Kind of the stage',
        anyOf: kinds.map((kind) => ({ const: kind.name, description: kind.summary })),
      },
      with: { type: ['object', 'null'], description: 'Inputs, templates and parameters of the kind' },
      ...(isTemplate ? {} : { description: { type: 'string', description: 'What this stage is for' } }),
    },
    allOf: kinds.map((kind) => ({
      if: { required: ['use'], properties: { use: { const: kind.name } } },
      then: {
        properties: { with: { $ref: `#/definitions/${kind.name}${what}` } },
        ...(!isTemplate && needed(kind).length > 0 ? { required: ['with'] } : {}),
      },
    })),
  }
}

function withSchema(kind: StageKind, isTemplate: boolean): JsonObject {
  const required = isTemplate ? [] : needed(kind)
  return {
    type: required.length > 0 ? 'object' : ['object', 'null'],
    description: kind.source === undefined ? kind.summary : `${kind.summary}. ${kind.source}`,
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    properties: {
      ...Object.fromEntries(
        Object.entries(kind.inputs).map(([name, port]) => [
          name,
          { type: 'string', description: `${port.description} (${port.accepts.join(' or ')})` },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(kind.templates ?? {}).map(([name, port]) => [name, templateSchema(port.role, port)]),
      ),
      ...Object.fromEntries(
        Object.entries(kind.params.properties).map(([name, schema]) => [
          name,
          loosened(JSON.parse(JSON.stringify(schema)) as JsonObject),
        ]),
      ),
      ...(kind.seeded && !Object.hasOwn(kind.params.properties, 'seed')
        ? {
            seed: {
              anyOf: [{ type: 'integer' }, expression],
              description: 'Seed of this stage, in place of the pipeline’s',
            },
          }
        : {}),
    },
  }
}

function templateSchema(role: StageRole, port: { arity: 'one' | 'map'; description: string }): JsonObject {
  const one = { $ref: `#/definitions/${role}-template` }
  if (port.arity === 'one') return { description: port.description, allOf: [one] }
  return { type: 'object', description: port.description, propertyNames: { pattern: id }, additionalProperties: one }
}

const needed = (kind: StageKind): string[] => [
  ...Object.entries(kind.inputs).flatMap(([name, { optional }]) => (optional === true ? [] : [name])),
  ...Object.entries(kind.templates ?? {}).flatMap(([name, { optional }]) => (optional === true ? [] : [name])),
  ...(kind.params.required ?? []).filter((name) => kind.params.properties[name]?.default === undefined),
]

/** A parameter's schema that also takes an expression wherever it takes anything but text. */
function loosened(schema: JsonObject): JsonObject {
  const { description, default: fallback, ...rest } = schema
  const head = {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
  }
  if (rest['type'] === 'string' && rest['pattern'] === undefined) return { ...head, ...deeper(rest) }
  const branches: Json[] = Array.isArray(rest['anyOf']) ? (rest['anyOf'] as JsonObject[]).map(deeper) : [deeper(rest)]
  return { ...head, anyOf: [...branches, expression] }
}

/** The same inside: keys of maps, items of lists; and no key that is not listed. */
function deeper(schema: JsonObject): JsonObject {
  const { properties, items } = schema as { properties?: Record<string, JsonObject>; items?: JsonObject }
  const entries = Object.entries(properties ?? {}).map(([name, value]): [string, Json] => [name, loosened(value)])
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(entries), additionalProperties: false }),
    ...(items === undefined || Array.isArray(items) ? {} : { items: loosened(items) }),
  }
}

/** The text of the committed schema file. */
export const schemaText = (catalog: StageCatalog): string => `${JSON.stringify(pipelineSchema(catalog), null, 2)}\n`
