import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { deriveSeed } from '../../src/stage/seed.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

const check = (files: Readonly<Record<string, string>>): ReturnType<typeof compile> =>
  compile(
    { file: '/p/main.yaml', text: files['main'] ?? '' },
    {
      catalog: fakeCatalog,
      probe: () => 'file',
      readFile: (path) => files[path.replace(/^\/p\/(.*)\.yaml$/, '$1')],
    },
  )
const file = (stages: string, more = ''): string => `assay: 1\n${more}stages:\n${stages}`
const corpus = file('  corpus: { use: corpus }\n', 'seed: 9\n')

describe('a pipeline file as a stage', () => {
  it('draws its seeds from the full id, and from its own seed where it has one', () => {
    const inner = file('  corpus: { use: corpus }\n')
    const main = file('  own: { use: ./own.yaml }\n  other: { use: ./other.yaml }\n', 'seed: 3\n')
    const { plan } = check({ main, own: corpus, other: inner })
    expect(plan?.stages.map(({ id, seed }) => [id, seed])).toEqual([
      ['own/corpus', deriveSeed(9, 'own/corpus')],
      ['other/corpus', deriveSeed(3, 'other/corpus')],
    ])
  })
  it('keeps the text of the files it is made of', () => {
    const { plan, sources } = check({ main: file('  own: { use: ./own.yaml }\n'), own: corpus })
    expect(plan?.files).toMatchObject([{ file: '/p/own.yaml', text: corpus }])
    expect(sources.map(({ file: path }) => path)).toEqual(['/p/main.yaml', '/p/own.yaml'])
  })
  it('is read once, however often it is used, and its mistakes are told once', () => {
    const main = file(
      '  a: { use: ./bad.yaml }\n  b: { use: ./bad.yaml }\n  c: { use: ./bad.yaml, matrix: { n: [1, 2] } }\n',
    )
    const { diagnostics } = check({ main, bad: file('  corpus: { use: corpsu }\n') })
    expect(diagnostics).toMatchObject([{ code: 'stage-kinds-exist', span: { file: '/p/bad.yaml', line: 3 } }])
  })
  it('tells syntax errors in the file where they are', () => {
    const { diagnostics } = check({ main: file('  a: { use: ./bad.yaml }\n'), bad: 'assay: 1\nstages: {\n' })
    expect(diagnostics).toMatchObject([{ code: 'yaml-is-valid', span: { file: '/p/bad.yaml' } }])
  })
  it.each([
    ['itself', { main: file('  a: { use: ./main.yaml }\n') }, 'uses itself'],
    [
      'another that uses it',
      { main: file('  a: { use: ./b.yaml }\n'), b: file('  c: { use: ../p/main.yaml }\n') },
      'main.yaml → b.yaml → main.yaml',
    ],
  ])('is refused where it uses %s', (_, files: Record<string, string>, message) => {
    expect(check(files).diagnostics).toMatchObject([
      { code: 'files-are-pipelines', message: expect.stringContaining(message) as string },
    ])
  })
  it('is refused where files lie too deep in each other', () => {
    const chain = Array.from({ length: 30 }, (_, i): [string, string] => [
      i === 0 ? 'main' : `f${String(i)}`,
      file(`  a: { use: ./f${String(i + 1)}.yaml }\n`),
    ])
    const { diagnostics } = check(Object.fromEntries(chain))
    expect(diagnostics).toMatchObject([{ code: 'files-are-pipelines', span: { file: '/p/f16.yaml' } }])
  })
  it('cannot multiply without end', () => {
    const numbers = `[${Array.from({ length: 100 }, (_, i) => i).join(', ')}]`
    const level = (next: string): string => file(`  a: { use: ${next}, matrix: { n: ${numbers} } }\n`)
    const { diagnostics } = check({ main: level('./x.yaml'), x: level('./y.yaml'), y: level('./z.yaml'), z: corpus })
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining('more than 20,000 stages') as string }])
  })
  it('that is not run runs none of its stages', () => {
    const { plan } = check({ main: file('  a: { use: ./own.yaml, when: false }\n'), own: corpus })
    expect(plan?.stages).toMatchObject([{ id: 'a/corpus', when: { value: false } }])
  })
})
