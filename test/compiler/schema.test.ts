import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { pipelineSchema } from '../../src/compiler/schema.ts'
import { catalog } from '../../src/lab/index.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

const root = join(import.meta.dirname, '../..')
const yamlIn = (folder: string): string[] =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.yaml') ? [join(root, folder, name)] : []))
const read = (file: string): unknown => parse(readFileSync(file, 'utf8')) as unknown
// `strict` refuses keywords that an editor would not know, but for our own.
const validator = (kinds: typeof catalog) =>
  new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, keywords: ['x-claim'] }).compile(
    pipelineSchema(kinds),
  )

describe('the JSON Schema', () => {
  const validate = validator(fakeCatalog)
  it.each(yamlIn('test/golden/ok'))('accepts %s', (file) => {
    expect(validate(read(file)), JSON.stringify(validate.errors)).toBe(true)
  })
  const seen = [
    'keys-are-known-pipeline',
    'keys-are-known-stage',
    'keys-are-known-with',
    'stage-kinds-exist',
    'stage-kinds-exist-in-template',
    'inputs-exist-missing',
    'params-are-valid-type',
    'params-are-valid-minimum',
    'params-are-valid-missing',
    'params-are-valid-choice',
    'params-are-valid-no',
    'params-are-valid-nested-key',
    'templates-fit-role',
    'templates-fit-missing',
    'ids-are-valid',
    'version-is-known-newer',
    'version-is-known-missing',
    'params-are-valid-in-template',
  ]
  it.each(seen)('refuses %s', (name) => {
    expect(validate(read(join(root, 'test/golden/err', `${name}.yaml`)))).toBe(false)
  })
  it('describes every kind, input, template and parameter for hover text', () => {
    const { definitions } = pipelineSchema(fakeCatalog) as {
      definitions: Record<string, { properties: Record<string, { description?: string }> }>
    }
    for (const kind of fakeCatalog.all()) {
      for (const [name, schema] of Object.entries(definitions[`${kind.name}-with`]?.properties ?? {}))
        expect(schema.description, `${kind.name}.${name}`).toBeTruthy()
    }
  })
  it.each(yamlIn('pipelines'))('accepts the shipped %s', (file) => {
    const own = validator(catalog)
    expect(own(read(file)), JSON.stringify(own.errors)).toBe(true)
  })
})
