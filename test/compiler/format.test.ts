import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { formatPipeline } from '../../src/compiler/format.ts'
import { pipelineKeys } from '../../src/compiler/read-spec.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

const root = join(import.meta.dirname, '../..')
const yamlIn = (folder: string): string[] =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.yaml') ? [join(root, folder, name)] : []))

async function fmt(text: string): Promise<string> {
  const formatted = await formatPipeline({ file: '/x.yaml', text })
  if (!formatted.ok) throw new Error(formatted.error.map(({ code }) => code).join(', '))
  return formatted.value
}

/** The plan without what belongs to the text alone: where things stand, and the digest. */
function planOf(text: string): unknown {
  const { plan } = compile({ file: '/pipelines/x.yaml', text }, { catalog: fakeCatalog, probe: () => 'file' })
  if (plan === undefined) return undefined
  return { ...plan, source: '', stages: plan.stages.map(({ span: _span, ...stage }) => stage) }
}

describe('formatPipeline', () => {
  it('sets indentation, spaces and empty lines, and keeps comments, quotes that matter and numbers as written', async () => {
    const text = [
      '# yaml-language-server: $schema=x',
      'assay:   1',
      'stages:   # all of them',
      '',
      '',
      '    a:   {use: "no",   with: {path: \'./x\', n: "12"} }   # one',
      '    # above b',
      '    b:',
      '        use:  foo',
      '        with:',
      '            share: 0.9500',
      '            nothing: ~',
      '            folded: >-',
      '                    two',
      '                    lines',
    ].join('\n')
    expect(await fmt(text)).toBe(`# yaml-language-server: $schema=x
assay: 1
stages: # all of them
  a: { use: "no", with: { path: "./x", n: "12" } } # one
  # above b
  b:
    use: foo
    with:
      share: 0.9500
      nothing: ~
      folded: >-
        two
        lines
`)
  })

  it('puts the top-level keys in order, with their comments, and leaves the head and the foot', async () => {
    const text = `# modeline

# the stages
stages:
  b: { use: model }
  a: { use: model }

# how sure
params: { threshold: 0.95 }
# which version
assay: 1
other: 1
name: x

# foot
`
    expect(await fmt(text)).toBe(`# modeline

# which version
assay: 1

name: x

# how sure
params: { threshold: 0.95 }

# the stages
stages:
  b: { use: model }
  a: { use: model }

other: 1

# foot
`)
  })

  it('moves no key whose value would change by that', async () => {
    const text = 'stages:\n  a: &a { use: model }\nparams:\n  b: *a\n'
    expect(await fmt(text)).toBe(text)
  })

  it('leaves a text alone that would say something else', async () => {
    const text = `x:  ${'['.repeat(90)}${']'.repeat(90)}\n`
    expect(await fmt(text)).toBe(text)
  })

  it('keeps line ends', async () => {
    expect(await fmt('assay:  1\r\nname:  x\r\n')).toBe('assay: 1\r\nname: x\r\n')
  })

  it.each(['', '# only a comment\n', '{ stages: {}, assay: 1 }\n', '- a\n', '~\n'])(
    'takes %j as it is',
    async (text) => {
      expect(await fmt(text)).toBe(text)
    },
  )

  it('refuses what is no YAML, with the place', async () => {
    const formatted = await formatPipeline({ file: '/x.yaml', text: 'assay: 1\nname: "x\n' })
    expect(formatted.ok).toBe(false)
    if (!formatted.ok) expect(formatted.error[0]).toMatchObject({ severity: 'error', span: { line: 2, column: 7 } })
  })

  it.each([...yamlIn('test/golden/ok'), ...yamlIn('pipelines')])('changes no plan: %s', async (file) => {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    const once = await fmt(text)
    expect(planOf(once)).toEqual(planOf(text))
    expect(await fmt(once)).toBe(once)
  })
})

describe('putting the top-level keys in order', () => {
  it.each([...yamlIn('test/golden/ok'), ...yamlIn('pipelines')])('changes no plan: %s', async (file) => {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    const sections = text.split(/^(?=[a-z]+:)/m)
    const head = sections[0]?.startsWith('#') === true ? sections.shift() : ''
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(sections, { minLength: sections.length }), async (shuffled) => {
        const ordered = await fmt(`${head ?? ''}${shuffled.join('# about the next\n')}`)
        expect(planOf(ordered)).toEqual(planOf(text))
        const keys = [...ordered.matchAll(/^[a-z]+(?=:)/gm)].map(([key]) => key)
        expect(keys).toEqual(pipelineKeys.filter((key) => keys.includes(key)))
      }),
      { numRuns: 4, seed: 3 },
    )
  })
})

/** YAML of any shape that people might write, comments and odd spacing included. */
const scalar = fc.oneof(
  fc.constantFrom(
    '1',
    '0.50',
    '-3e-5',
    'true',
    'no',
    '~',
    'text',
    'two words',
    './path/x',
    '"#"',
    "'it''s'",
    '"\\u00e9"',
  ),
  fc.constantFrom('accuracy >= 0.95', '"${params.x}"', '""', "'1'", '1_000', '0x1f', 'é 漢字', '"a # b"'),
)
const comment = fc.constantFrom('', '', '', ' # note', '   #note')
const key = fc.constantFrom('a', 'use', 'with', 'stages', 'params', 'assay', 'name', 'seed', '"b c"', 'zeta')
const flow: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc
      .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => name })
      .map((pairs) => `{${pairs.map(([name, value]) => `${name}: ${value}`).join(',  ')}}`),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[ ${items.join(' ,')}]`),
  ),
})).value
const block = (depth: number): fc.Arbitrary<string[]> => {
  const entry = fc.tuple(
    key,
    comment,
    depth === 0 ? fc.constant(undefined) : block(depth - 1),
    flow,
    fc.integer({ min: 1, max: 5 }),
  )
  const lead = fc.constantFrom<string[]>([], [], [], ['# lead'], [''], ['', '', '# lead'], ['# one', '', '# two'])
  return fc
    .uniqueArray(fc.tuple(entry, lead, fc.boolean()), { minLength: 1, maxLength: 4, selector: ([[name]]) => name })
    .map((entries) =>
      entries.flatMap(([[name, note, inner, value, indent], above, isNested]) =>
        isNested && inner !== undefined
          ? [...above, `${name}:${note}`, ...inner.map((line) => (line === '' ? '' : ' '.repeat(indent) + line))]
          : [...above, `${name}:  ${value}${note}`],
      ),
    )
}

describe('formatting, on any YAML', () => {
  it('says the same, or it throws; and a second time changes nothing', async () => {
    let formatted = 0
    await fc.assert(
      fc.asyncProperty(block(3), async (lines) => {
        const text = `${lines.join('\n')}\n`
        const once = await formatPipeline({ file: '/x.yaml', text })
        if (!once.ok) return
        formatted++
        expect(await fmt(once.value)).toBe(once.value)
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100), seed: 7 },
    )
    expect(formatted).toBeGreaterThan(50)
  })
})
