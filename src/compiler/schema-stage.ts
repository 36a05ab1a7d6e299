import type { JsonObject } from '../base/json.ts'
import { artifactTypes } from '../stage/artifact.ts'
import type { InputPort, StageKind, TemplatePort } from '../stage/stage-kind.ts'
import { expression, loosened } from './schema-value.ts'

/** Names of stages, templates and outputs. */
export const idPattern = '^[a-z][a-z0-9_-]*$'

const ref = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` })

/** A stage or template of one kind. */
export function kindSchema(kind: StageKind, { isTemplate }: { isTemplate: boolean }): JsonObject {
  const hasNeeds = !isTemplate && needed(kind).length > 0
  return {
    title: kind.name,
    // At a template an editor shows what the template is for, which is told where the kind names its ports.
    ...(isTemplate ? {} : { description: kind.summary }),
    type: 'object',
    required: ['use', ...(hasNeeds ? ['with'] : []), ...(kind.isCommand === true ? ['run'] : [])],
    additionalProperties: false,
    properties: {
      use: { const: kind.name },
      with: hasNeeds ? { allOf: [ref(`with-${kind.name}`), { required: needed(kind) }] } : withOptional(kind),
      ...(kind.isCommand === true ? commandKeys : {}),
      ...(kind.isCommand === true && isTemplate ? { dose: commandDose } : {}),
      ...(isTemplate ? {} : stageKeys),
    },
  }
}

const withOptional = (kind: StageKind): JsonObject => ref(`with-${kind.name}`)

/** What stands under `with` of a kind: inputs, templates and parameters. What is needed is said where it is used. */
export function withSchema(kind: StageKind): JsonObject {
  return {
    title: kind.name,
    description: kind.source === undefined ? kind.summary : `${kind.summary}. ${kind.source}`,
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(Object.entries(kind.inputs).map(([name, port]) => [name, inputSchema(port)])),
      ...Object.fromEntries(Object.entries(kind.templates ?? {}).map(([name, port]) => [name, templateSchema(port)])),
      ...Object.fromEntries(
        Object.entries(kind.params.properties).map(([name, schema]) => [
          name,
          loosened(JSON.parse(JSON.stringify(schema)) as JsonObject),
        ]),
      ),
      ...(kind.seeded && !Object.hasOwn(kind.params.properties, 'seed') ? { seed } : {}),
    },
  }
}

const seed: JsonObject = {
  anyOf: [{ type: 'integer' }, expression],
  description: 'Seed of this stage, in place of the pipeline’s',
}

function inputSchema({ accepts, description, many }: InputPort): JsonObject {
  const text = `${description} (${many === true ? 'list of ' : ''}${accepts.join(' or ')})`
  if (many !== true) return { type: 'string', description: text }
  return { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }], description: text }
}

function templateSchema({ role, arity, chain, description }: TemplatePort): JsonObject {
  const one = ref(`template-${role}`)
  const each = chain === true ? { anyOf: [one, { type: 'array', minItems: 1, items: one }] } : one
  if (arity === 'one') return { description, allOf: [each] }
  return { type: 'object', description, propertyNames: { pattern: idPattern }, additionalProperties: each }
}

const needed = (kind: StageKind): string[] => [
  ...Object.entries(kind.inputs).flatMap(([name, { optional }]) => (optional === true ? [] : [name])),
  ...Object.entries(kind.templates ?? {}).flatMap(([name, { optional }]) => (optional === true ? [] : [name])),
  ...(kind.params.required ?? []).filter((name) => kind.params.properties[name]?.default === undefined),
]

const scalar: JsonObject = { type: ['string', 'number', 'boolean'] }
const wholeNumber = (minimum: number, description: string): JsonObject => ({
  anyOf: [{ type: 'integer', minimum }, expression],
  description,
})
const duration = (description: string): JsonObject => ({ type: ['string', 'number'], description })

/** What may stand beside `use` of any stage. */
const stageKeys: JsonObject = {
  description: { type: 'string', description: 'What this stage is for' },
  matrix: {
    type: 'object',
    minProperties: 1,
    properties: {
      include: { type: 'array', items: { type: 'object' }, description: 'Cells to add, each a map of all variables' },
      exclude: { type: 'array', items: { type: 'object' }, description: 'Cells to leave out: those with these values' },
    },
    additionalProperties: { anyOf: [{ type: 'array' }, expression], description: 'The values of a variable' },
    description: 'One stage for each combination of values, read as ${matrix.name}',
  },
  when: { anyOf: [{ type: 'boolean' }, expression], description: 'Whether the stage runs, such as ${params.full}' },
  timeout: duration('Time that one attempt may take, such as 90s, 10m or 2h'),
  retry: {
    anyOf: [
      { type: 'integer', minimum: 1 },
      {
        type: 'object',
        required: ['attempts'],
        additionalProperties: false,
        properties: {
          attempts: wholeNumber(1, 'All attempts, the first included'),
          backoff: {
            enum: ['none', 'linear', 'exponential'],
            description: 'How waits grow from one attempt to the next',
          },
          delay: duration('Wait before the second attempt, such as 5s'),
        },
      },
      expression,
    ],
    description: 'How often to try in all when the stage fails in a way that may pass: a number, or attempts and waits',
  },
  resources: {
    type: 'object',
    additionalProperties: false,
    properties: {
      cpus: wholeNumber(1, 'Cores, and threads to compute with: another number may give other last bits'),
      memory: { type: ['string', 'number'], description: 'Memory, such as 2GiB' },
      gpus: wholeNumber(0, 'GPUs'),
    },
    description: 'What the stage needs of the machine',
  },
}

/** What a search turns, where a command stands as its degradation. */
const commandDose: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    start: { anyOf: [{ type: 'number' }, expression], description: 'The mildest dose, above 0' },
    end: { anyOf: [{ type: 'number' }, expression], description: 'The roughest; below `start` for a coldness' },
    values: { type: 'array', items: { type: 'number' }, description: 'All doses there are, from mild to rough' },
  },
  description: 'The doses that the command takes, read in `run` as ${dose}',
}

/** What stands beside `use` of a command. */
const commandKeys: JsonObject = {
  run: { type: 'string', description: 'Command line for the shell, with ${inputs.name} and ${outputs.name}' },
  inputs: {
    type: 'object',
    additionalProperties: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      description: 'A stage, `stage.output`, a list of them, or a path such as ./probe.py',
    },
    description: 'Inputs by name',
  },
  outputs: {
    type: 'object',
    propertyNames: { pattern: idPattern },
    additionalProperties: {
      type: 'object',
      required: ['path', 'type'],
      additionalProperties: false,
      properties: {
        path: { type: 'string', description: 'Where the command leaves it, in its own folder' },
        type: { enum: artifactTypes.filter((type) => type !== 'path'), description: 'What it is' },
      },
    },
    description: 'Outputs by name',
  },
  env: { type: 'object', additionalProperties: scalar, description: 'Environment variables to set' },
}

/** A stage that is another pipeline file. */
export const fileStageSchema: JsonObject = {
  title: 'pipeline file',
  type: 'object',
  required: ['use'],
  additionalProperties: false,
  properties: {
    use: {
      type: 'string',
      pattern: '[\\\\/]|\\.[yY][aA]?[mM][lL]$',
      description: 'Another pipeline file, such as ./train.yaml',
    },
    with: { type: ['object', 'null'], description: 'Parameters of that pipeline' },
    ...stageKeys,
  },
}
