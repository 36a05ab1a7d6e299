import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../src/compiler/compile.ts'
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

interface Definitions {
  readonly properties: Readonly<Record<string, unknown>>
  readonly definitions: Readonly<
    Record<string, { readonly properties: Readonly<Record<string, { readonly description?: string }>> }>
  >
}

const keysOf = (schema: Definitions['definitions'][string] | undefined): Set<string> =>
  new Set(Object.keys(schema?.properties ?? {}))

/** The keys that the checker lists beside `xyz`, which it does not know. */
function knownKeys(text: string): Set<string> {
  const { diagnostics } = compile({ file: '/x.yaml', text }, { catalog: fakeCatalog, probe: () => 'file' })
  const help = diagnostics.find(({ code }) => code === 'keys-are-known')?.help ?? ''
  return new Set(/keys: ([^)]*)/.exec(help)?.[1]?.split(', '))
}

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
    const { definitions } = pipelineSchema(fakeCatalog) as unknown as Definitions
    for (const kind of fakeCatalog.all()) {
      const schemas = Object.entries(definitions[`with-${kind.name}`]!.properties)
      const named = [kind.inputs, kind.templates, kind.params.properties].flatMap((part) => Object.keys(part ?? {}))
      expect(schemas.map(([name]) => name)).toEqual(expect.arrayContaining(named))
      for (const [name, { description }] of schemas) expect(description, `${kind.name}.${name}`).toBeTruthy()
    }
  })
  it('has the keys that the checker knows, no more and no less', () => {
    const { definitions, properties } = pipelineSchema(fakeCatalog) as unknown as Definitions
    const stage = (text: string): string => `assay: 1\nstages:\n  a: ${text}\n`
    expect(knownKeys('assay: 1\nxyz: 1\n')).toEqual(new Set(Object.keys(properties)))
    expect(knownKeys(stage('{ use: model, xyz: 1 }'))).toEqual(keysOf(definitions['stage-model']))
    expect(knownKeys(stage('{ use: command, xyz: 1 }'))).toEqual(keysOf(definitions['stage-command']))
    expect(knownKeys(stage('{ use: ./other.yaml, xyz: 1 }'))).toEqual(keysOf(definitions['stage-model']))
    expect(knownKeys(stage('{ use: ioi, with: { xyz: 1 } }'))).toEqual(keysOf(definitions['with-ioi']))
    const template = stage('{ use: coarsest, with: { measure: { use: ioi, xyz: 1 } } }')
    expect(knownKeys(template)).toEqual(keysOf(definitions['template-experiment-ioi']))
  })
  it.each(yamlIn('pipelines'))('accepts the shipped %s', (file) => {
    const own = validator(catalog)
    expect(own(read(file)), JSON.stringify(own.errors)).toBe(true)
  })
})
