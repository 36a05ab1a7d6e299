import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { default as draft04 } from 'ajv-draft-04'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { toSarif } from '../../src/cli/sarif.ts'
import { compile } from '../../src/compiler/compile.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

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

const require = createRequire(import.meta.url)
/** The schema that its editors publish, as one of their packages has it; it is of JSON Schema's draft 4. */
const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object
const uri = /^[a-z][a-z0-9+.-]*:\S+$/i
const uriReference = /^[A-Za-z0-9%/:._~#?&=+@,;()!$'*-]*$/
const formats = { uri, 'uri-reference': uriReference, 'date-time': true, uuid: true } as const

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
  const validate = new draft04.default({ allErrors: true, strict: false, unicodeRegExp: false, formats }).compile(
    schema,
  )
  it('has the form of SARIF 2.1.0', () => {
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
  })
  it('would not have it with a wrong property, level or place', () => {
    const text = JSON.stringify(log)
    for (const [right, wrong] of [
      ['"columnKind"', '"columKind"'],
      ['"level":"error"', '"level":"fatal"'],
      ['"startLine":3', '"startLine":0'],
      ['"version":"2.1.0"', '"version":"2.2.0"'],
      ['sub%20dir', 'sub dir'],
    ] as const)
      expect(validate(JSON.parse(text.replace(right, wrong))), wrong).toBe(false)
  })
  it('has that form for every finding of the golden files', () => {
    const folder = join(import.meta.dirname, '../golden/err')
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.yaml'))) {
      const source = { file: `/p/${name}`, text: readFileSync(join(folder, name), 'utf8') }
      const { diagnostics } = compile(source, { catalog: fakeCatalog, probe: () => undefined })
      const options = { version: '1.2.3', cwd: '/p', textOf: () => source.text, pageOf: () => undefined }
      expect(validate(toSarif(diagnostics, options)), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true)
    }
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
      region: { startLine: 3, startColumn: 13, endColumn: 18, charOffset: 29, charLength: 5 },
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
