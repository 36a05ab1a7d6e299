import type { JsonObject } from '../base/json.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import type { StageKind, StageRole } from '../stage/stage-kind.ts'
import { fileStageSchema, idPattern, kindSchema, withSchema } from './schema-stage.ts'
import { expression } from './schema-value.ts'
import { paramTypes } from './spec.ts'

/**
 * JSON Schema (draft-07) of pipeline files, for completion and hover text in editors. The checker itself knows more.
 *
 * Each kind is a branch of `anyOf` that its `use` tells from the others: of the forms that say the same, this is the one
 * from which the YAML language server completes and documents what stands under `with`.
 */
export function pipelineSchema(catalog: StageCatalog): JsonObject {
  const kinds = catalog.all()
  const roles = [...new Set(kinds.flatMap((kind) => Object.values(kind.templates ?? {}).map(({ role }) => role)))]
  const stages = kinds.filter(({ role }) => role !== 'part')
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'pipeline',
    type: 'object',
    required: ['assay', 'stages'],
    additionalProperties: false,
    properties: topLevel,
    definitions: {
      param,
      stage: oneOfKinds(stages, { prefix: 'stage', others: [fileStageSchema] }),
      ...Object.fromEntries(stages.map((kind) => [`stage-${kind.name}`, kindSchema(kind, { isTemplate: false })])),
      ...Object.fromEntries(roles.flatMap((role) => templatesOf(catalog, role))),
      ...Object.fromEntries(kinds.map((kind) => [`with-${kind.name}`, withSchema(kind)])),
    },
  }
}

/** What may stand where a template of a role is wanted: kinds of that role, and commands. */
function templatesOf(catalog: StageCatalog, role: StageRole): [string, JsonObject][] {
  const kinds = catalog.all().filter((kind) => kind.role === role || kind.isCommand === true)
  return [
    [`template-${role}`, oneOfKinds(kinds, { prefix: `template-${role}`, others: [] })],
    ...kinds.map((kind): [string, JsonObject] => [
      `template-${role}-${kind.name}`,
      kindSchema(kind, { isTemplate: true }),
    ]),
  ]
}

/** `use` is told twice: by itself, from which its values are completed, and in each branch, to choose among them. */
function oneOfKinds(
  kinds: readonly StageKind[],
  { prefix, others }: { prefix: string; others: readonly JsonObject[] },
): JsonObject {
  const names = kinds.map(({ name, summary }): JsonObject => ({ title: name, const: name, description: summary }))
  const files = others.flatMap(({ properties }) => ((properties as JsonObject)['use'] as JsonObject | undefined) ?? [])
  return {
    type: 'object',
    required: ['use'],
    properties: { use: { anyOf: [...names, ...files] } },
    anyOf: [...kinds.map(({ name }) => ref(`${prefix}-${name}`)), ...others],
  }
}

const ref = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` })

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
    type: ['object', 'null'],
    propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]*$' },
    additionalProperties: ref('param'),
    description: 'Parameters, read as ${params.name} and set by -p name=value',
  },
  stages: {
    type: 'object',
    minProperties: 1,
    propertyNames: { pattern: idPattern },
    additionalProperties: ref('stage'),
    description: 'Stages by name',
  },
  outputs: {
    type: ['object', 'null'],
    propertyNames: { pattern: idPattern },
    additionalProperties: { type: 'string', description: 'A stage, or `stage.output`' },
    description: 'What a pipeline gives that uses this file as a stage: outputs by name',
  },
}

const param: JsonObject = {
  description: 'A value, or { type, default, minimum, maximum, enum, description }',
  anyOf: [
    { type: ['number', 'string', 'boolean', 'array'] },
    {
      type: 'object',
      properties: {
        type: { enum: [...paramTypes], description: 'Type of the parameter' },
        default: { description: 'Value unless another is given; without one the parameter must be set' },
        minimum: { type: 'number', description: 'Least value' },
        maximum: { type: 'number', description: 'Greatest value' },
        enum: { type: 'array', minItems: 1, description: 'The values it may have' },
        description: { type: 'string', description: 'What it is' },
      },
    },
  ],
}

/** The text of the committed schema file. */
export const schemaText = (catalog: StageCatalog): string => `${JSON.stringify(pipelineSchema(catalog), null, 2)}\n`
