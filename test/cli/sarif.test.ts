import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { toSarif } from '../../src/cli/sarif.ts'

const text = 'assay: 1\nstages:\n  a: { use: modle }\n'
const span = { file: '/p/sub dir/x#y.yaml', line: 3, column: 13, offset: 29, length: 5 }
const findings: readonly Diagnostic[] = [
  { code: 'stage-kinds-exist', severity: 'error', message: 'there is no kind', span, help: 'did you mean `model`?' },
  { code: 'params-are-used', severity: 'warning', message: 'nobody reads it', span: { ...span, length: 5000 } },
  {
    code: 'no-cycles',
    severity: 'error',
    message: 'a cycle',
    span: { ...span, file: '/q/other.yaml' },
    related: [{ message: 'back here', span }],
  },
]
const log = toSarif(findings, {
  version: '1.2.3',
  cwd: '/p',
  textOf: (file) => (file === span.file ? text : undefined),
  pageOf: (code) => (code === 'no-cycles' ? undefined : { summary: `${code}.`, page: `# ${code}` }),
})

const message = { type: 'object', required: ['text'], properties: { text: { type: 'string', minLength: 1 } } }
const region = {
  type: 'object',
  required: ['startLine', 'startColumn'],
  additionalProperties: false,
  properties: {
    startLine: { type: 'integer', minimum: 1 },
    startColumn: { type: 'integer', minimum: 1 },
    endColumn: { type: 'integer', minimum: 1 },
    charOffset: { type: 'integer', minimum: 0 },
  },
}
const artifactLocation = {
  type: 'object',
  required: ['uri'],
  additionalProperties: false,
  properties: { uri: { type: 'string', pattern: '^[A-Za-z0-9%/:._~-]+$' } },
}
const location = {
  type: 'object',
  required: ['physicalLocation'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer', minimum: 0 },
    message,
    physicalLocation: {
      type: 'object',
      required: ['artifactLocation', 'region'],
      additionalProperties: false,
      properties: { artifactLocation, region },
    },
  },
}
const rule = {
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  properties: { id: { type: 'string' }, shortDescription: message, help: message },
}
const result = {
  type: 'object',
  required: ['message', 'ruleId', 'ruleIndex', 'level', 'locations'],
  additionalProperties: false,
  properties: {
    ruleId: { type: 'string' },
    ruleIndex: { type: 'integer', minimum: 0 },
    level: { enum: ['none', 'note', 'warning', 'error'] },
    message,
    locations: { type: 'array', items: location, minItems: 1 },
    relatedLocations: { type: 'array', items: location },
  },
}
const driver = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
    rules: { type: 'array', items: rule, uniqueItems: true },
  },
}
const runOf = {
  type: 'object',
  required: ['tool'],
  additionalProperties: false,
  properties: {
    tool: { type: 'object', required: ['driver'], additionalProperties: false, properties: { driver } },
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    results: { type: 'array', items: result },
  },
}
/** Of the SARIF 2.1.0 schema, the objects and properties that are used here, with their constraints. */
const sarif = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: { $schema: { type: 'string' }, version: { const: '2.1.0' }, runs: { type: 'array', items: runOf } },
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
  readonly results: readonly {
    readonly ruleId: string
    readonly ruleIndex: number
    readonly locations: readonly { readonly physicalLocation: object }[]
    readonly relatedLocations?: readonly object[]
  }[]
}

describe('a SARIF log', () => {
  const validate = new Ajv({ allErrors: true }).compile(sarif)
  it('has the form of SARIF 2.1.0', () => {
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
  })
  it('has that form without findings too', () => {
    expect(validate(toSarif([], { version: '1.2.3', cwd: '/p', textOf: () => '', pageOf: () => undefined }))).toBe(true)
  })
  const [run] = log['runs'] as unknown as Run[]
  const results = run?.results ?? []
  it('points at the rule of each result', () => {
    for (const { ruleId, ruleIndex } of results) expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    expect(results).toHaveLength(3)
  })
  it('names files relative to the folder, as URIs, and others whole', () => {
    expect(results[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'sub%20dir/x%23y.yaml' },
      region: { startLine: 3, startColumn: 13, endColumn: 18, charOffset: 29 },
    })
    expect(results[2]?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'file:///q/other.yaml' },
    })
    expect(results[2]?.relatedLocations).toMatchObject([{ id: 0, message: { text: 'back here' } }])
  })
  it('ends a region with its line', () => {
    expect(results[1]?.locations[0]?.physicalLocation).toMatchObject({ region: { startColumn: 13, endColumn: 20 } })
  })
})
