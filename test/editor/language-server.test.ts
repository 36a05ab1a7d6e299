import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { pipelineSchema } from '../../src/compiler/schema.ts'
import { catalog } from '../../src/lab/index.ts'
import { filesBelow, root } from '../house/files-below.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'
import { openYamlEditor } from '../rig/yaml-editor.ts'

const editor = openYamlEditor(pipelineSchema(catalog))
const stage = (text: string): string => `assay: 1\nstages:\n  a:\n${text}`
const kindsOf = (role?: string): string[] =>
  catalog
    .all()
    .flatMap((kind) => (kind.role !== 'part' && (role === undefined || kind.role === role) ? [kind.name] : []))
/** Whatever can be written under `with` of a kind. */
const keysOf = (name: string): string[] => {
  const kind = catalog.get(name)
  return [
    ...Object.keys(kind?.inputs ?? {}),
    ...Object.keys(kind?.templates ?? {}),
    ...Object.keys(kind?.params.properties ?? {}),
  ]
}

describe('an editor with the YAML language server', () => {
  it.each(['    use: ¦', '    use: ¦\n    with: {}\n  b:\n    use: ioi\n'])(
    'completes the kinds after %j',
    async (text) => {
      expect(kindsOf().length).toBeGreaterThan(8)
      expect(new Set(await editor.complete(stage(text)))).toEqual(new Set(kindsOf()))
    },
  )
  it('completes only kinds of the right role, and command, in a template', async () => {
    const measure = '    use: coarsest\n    with:\n      measure:\n        use: ¦'
    expect(new Set(await editor.complete(stage(measure)))).toEqual(new Set(['command', ...kindsOf('experiment')]))
    const degrade = '    use: coarsest\n    with:\n      degrade:\n        use: ¦'
    expect(new Set(await editor.complete(stage(degrade)))).toEqual(new Set(['command', ...kindsOf('degradation')]))
  })
  it.each(kindsOf())('completes inputs, templates and parameters of %s', async (name) => {
    const offered = await editor.complete(stage(`    use: ${name}\n    with:\n      ¦`))
    expect(keysOf(name).filter((key) => !offered.includes(key))).toEqual([])
  })
  it('leaves out what is written already, and parameters of other kinds', async () => {
    const offered = await editor.complete(stage('    use: coarsest\n    with:\n      model: m\n      ¦\n'))
    expect(offered).toContain('keep')
    expect(offered).not.toContain('model')
    expect(offered).not.toContain('prompts')
  })
  it('completes parameters inside { }', async () => {
    expect(await editor.complete(stage('    use: ioi\n    with: { model: m, pro¦ }'))).toContain('prompts')
  })
  it('completes the values of a choice, and the keys of a stage and of a pipeline', async () => {
    const order = await editor.complete(stage('    use: ioi\n    with:\n      model: m\n      order: ¦'))
    expect(order).toEqual(expect.arrayContaining(['mixed', 'ABBA', 'BABA']))
    expect(await editor.complete(stage('    use: ioi\n    ¦'))).toEqual(expect.arrayContaining(['with', 'description']))
    expect(await editor.complete('assay: 1\n¦')).toEqual(expect.arrayContaining(['params', 'stages', 'seed']))
  })

  it.each(kindsOf())('explains the kind %s', async (name) => {
    const hover = await editor.hover(stage(`    use: ¦${name}\n`))
    expect(hover).toContain(`#### ${name}\n`)
    expect(plain(hover)).toContain(plain(catalog.get(name)?.summary ?? '?'))
  })
  const described = (kind: string, name: string): string => {
    const { inputs, templates, params } = catalog.get(kind)!
    return plain(
      inputs[name]?.description ?? templates?.[name]?.description ?? String(params.properties[name]?.['description']),
    )
  }
  const keys = kindsOf().flatMap((kind) => keysOf(kind).map((key): [string, string] => [kind, key]))
  /** Something that may stand there, as far as an explanation goes. */
  const valueOf = (kind: string, key: string): string => {
    const template = catalog.get(kind)!.templates?.[key]
    return template === undefined ? 'x' : `{ use: ${kindsOf(template.role)[0]!} }`
  }
  it.each(keys)('explains what %s takes: %s', async (kind, key) => {
    const hover = await editor.hover(stage(`    use: ${kind}\n    with:\n      ${key}¦: ${valueOf(kind, key)}\n`))
    expect(described(kind, key)).not.toBe('undefined')
    expect(plain(hover)).toContain(described(kind, key))
  })
  it('explains inputs, templates and parameters inside templates and { }', async () => {
    const about = async (text: string): Promise<string> => plain(await editor.hover(stage(text)))
    expect(await about('    use: coarsest\n    with: { mo¦del: m }\n')).toContain(described('coarsest', 'model'))
    expect(await about('    use: coarsest\n    with:\n      degr¦ade: { use: sgld }\n')).toContain(
      described('coarsest', 'degrade'),
    )
    expect(await about('    use: coarsest\n    with:\n      degrade: { use: sgld, with: { dra¦ws: 2 } }\n')).toContain(
      described('sgld', 'draws'),
    )
  })

  it('names the kinds for a mistyped one, and a parameter that is not there', async () => {
    const [kind] = await editor.validate(stage('    use: coarest\n'))
    expect(kind).toMatch(/^4:10 .*"coarsest"/)
    const [first] = await editor.validate(stage('    use: ioi\n    with: { model: m, promts: 3 }\n'))
    expect(first).toMatch(/^5:23 .*promts/)
  })
})

const plain = (text: string): string => text.replace(/[\\`*_]/g, '')

describe('a right pipeline is right in the editor', () => {
  const shipped = filesBelow('pipelines', /\.yaml$/).map((file) => `pipelines/${file}`)
  it.each(shipped)('%s', async (file) => {
    expect(await editor.validate(readFileSync(path.join(root, file), 'utf8'))).toEqual([])
  })
  const golden = openYamlEditor(pipelineSchema(fakeCatalog))
  it.each(filesBelow('test/golden/ok', /\.yaml$/))('test/golden/ok/%s', async (file) => {
    expect(await golden.validate(readFileSync(path.join(root, 'test/golden/ok', file), 'utf8'))).toEqual([])
  })
  // Pages below docs/ are about mistakes, or about decisions.
  const pages = ['README.md', ...filesBelow('docs', /^[^/]+\.md$/).map((file) => `docs/${file}`)]
  const blocks = pages.flatMap((page) =>
    [
      // Those that are wrong on purpose are named so in a comment above.
      ...readFileSync(path.join(root, page), 'utf8').matchAll(
        /(?<!<!-- wrong[\w-]*\.yaml -->\n\n)^```yaml\n(assay:.*?|#.*?\nassay:.*?)^```$/gms,
      ),
    ].map(([, text], i): [string, string] => [`${page}, block ${String(i + 1)}`, text!]),
  )
  it.each(blocks)('%s', async (_place, text) => {
    expect(await editor.validate(text)).toEqual([])
  })
})
