import { describe, expect, it } from 'vitest'
import { fakeCatalog } from '../rig/fake-catalog.ts'
import { check, whyWrong } from './fuzz.ts'

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('')
const head = 'assay: 1\nname: x\nstages:\n'
const experiment = `${head}  a:\n    use: ioi\n    with:\n`
const search = (rest: string): string =>
  `${head}  a: { use: coarsest, with: { model: a, degrade: { use: sgld }, measure: { use: ioi }, ${rest} } }\n`

/** Files that are huge, deep or made to multiply, and the code that must be among the first findings. */
const hostile: readonly [name: string, code: string, text: () => string][] = [
  ['10 MB of text', 'document-is-bounded', () => head + times(10, () => `${'x'.repeat(1_000_000)}\n`)],
  ['a million lines', 'document-is-bounded', () => '\n'.repeat(1_000_000)],
  ['half a million comments', 'document-is-bounded', () => '# hi\n'.repeat(500_000)],
  ['100,000 stages', 'document-is-bounded', () => head + times(100_000, (i) => `  s${String(i)}: { use: corpus }\n`)],
  [
    '100,000 parameters',
    'document-is-bounded',
    () => `assay: 1\nparams:\n${times(100_000, (i) => `  p${String(i)}: 1\n`)}`,
  ],
  ['a list of 400,000', 'document-is-bounded', () => `${experiment}      prompts: [${'1, '.repeat(400_000)}]\n`],
  ['1,000 brackets', 'document-is-bounded', () => `${head}  a: ${'['.repeat(1000)}${']'.repeat(1000)}\n`],
  ['100,000 open brackets', 'document-is-bounded', () => `${head}  a: ${'['.repeat(100_000)}`],
  ['1,000 maps in maps', 'document-is-bounded', () => `${head}  a: ${'{a: '.repeat(1000)}${'}'.repeat(1000)}\n`],
  ['1,000 levels of block', 'document-is-bounded', () => head + times(1000, (i) => `${' '.repeat(i + 1)}a:\n`)],
  ['50,000 dashes', 'document-is-bounded', () => `${head}  a:\n    ${'- '.repeat(50_000)}\n`],
  ['50,000 question marks', 'document-is-bounded', () => '? '.repeat(50_000)],
  [
    'an alias bomb',
    'document-is-bounded',
    () => `a: &a0 [1, 2, 3]\n${times(40, (i) => `b: &a${String(i + 1)} [${`*a${String(i)}, `.repeat(9)}]\n`)}`,
  ],
  ['90,000 missing anchors', 'yaml-is-valid', () => head + times(90_000, (i) => `  a${String(i)}: *q${String(i)}\n`)],
  ['90,000 tabs', 'no-tabs', () => head + times(90_000, (i) => `\tx${String(i)}: 1\n`)],
  ['50,000 duplicate keys', 'keys-are-unique', () => head + times(50_000, () => '  a: { }\n')],
  ['30,000 merge conflicts', 'no-conflict-markers', () => times(30_000, () => '<<<<<<< a\n=======\n>>>>>>> b\n')],
  ['90,000 quotation marks', 'yaml-is-valid', () => head + times(90_000, () => '  "\n')],
  ['90,000 directives', 'yaml-is-valid', () => '%FOO\n'.repeat(90_000)],
  ['90,000 control characters', 'characters-are-visible', () => `${head}  a: { use: ioi }\n# ${'\0'.repeat(90_000)}\n`],
  ['a million carriage returns', 'characters-are-visible', () => '\r'.repeat(1_000_000)],
  ['90,000 bytes that are no UTF-8', 'text-is-utf-8', () => `${head}# ${'\ufffd '.repeat(90_000)}\n`],
  ['a key of a megabyte', 'yaml-is-valid', () => `${head}  ${'k'.repeat(1_000_000)}: { use: ioi }\n`],
  ['a kind of a megabyte', 'stage-kinds-exist', () => `${head}  a: { use: ${'x'.repeat(1_000_000)} }\n`],
  ['a reference of a megabyte', 'inputs-exist', () => `${experiment}      model: ${'a.'.repeat(500_000)}\n`],
  [
    'a number of 100,000 digits',
    'numbers-are-exact',
    () => `${head}  a: { use: corpus }\nseed: ${'9'.repeat(100_000)}\n`,
  ],
  ['a version of 1,000 digits', 'numbers-are-exact', () => `assay: 1${'0'.repeat(1000)}\n`],
  [
    '13,000 wrong references',
    'inputs-exist',
    () => head + times(13_000, (i) => `  s${String(i)}: { use: ioi, with: { model: t${String(i)} } }\n`),
  ],
  [
    '10,000 stages in a circle',
    'no-cycles',
    () =>
      head +
      times(
        10_000,
        (i) => `  s${String(i)}: { use: corpus, with: { sentences: "\${s${String((i + 1) % 10_000)}.entropy}" } }\n`,
      ),
  ],
  ['20,000 wrong keys', 'keys-are-known', () => experiment + times(20_000, (i) => `      promts${String(i)}: 1\n`)],
  [
    '20,000 wrong templates',
    'stage-kinds-exist',
    () => search(`keep: a > 1, beside: {${times(10_000, (i) => `b${String(i)}: {use: ioi2}, `)}}`),
  ],
  [
    'a command of half a million dots',
    'commands-are-valid',
    () => `${head}  a: { use: command, run: "${'a.'.repeat(250_000)}! \${inputs.none}" }\n`,
  ],
  [
    'a command of 100,000 files',
    'commands-are-valid',
    () => `${head}  a: { use: command, run: "${times(100_000, (i) => `a/${String(i)} `)} \${inputs.none}" }\n`,
  ],
  ['a claim of a megabyte', 'claims-name-metrics', () => search(`keep: "${'a '.repeat(500_000)}"`)],
  ['a claim of blanks', 'claims-name-metrics', () => search(`keep: "accuracy >= ${' '.repeat(500_000)}x"`)],
  [
    'an expression 990 brackets deep',
    'expressions-are-valid',
    () => `${experiment}      prompts: "\${${'('.repeat(990)}1${')'.repeat(990)}}"\n`,
  ],
  [
    'an expression of 1,990 negations',
    'params-are-valid',
    () => `${experiment}      prompts: "\${${'!'.repeat(1990)}true}"\n`,
  ],
  [
    'an expression of a megabyte',
    'expressions-are-valid',
    () => `${experiment}      prompts: "\${${'1 + '.repeat(250_000)}1}"\n`,
  ],
  [
    'an expression of hyphens',
    'expressions-are-valid',
    () => `${experiment}      prompts: "\${${'a-'.repeat(990)}}"\n`,
  ],
  [
    '50,000 expressions in a text',
    'params-are-valid',
    () => `${experiment}      prompts: "${'${1}'.repeat(50_000)}"\n`,
  ],
  [
    '100,000 expressions that never end',
    'expressions-are-valid',
    () => `${experiment}      prompts: "${'${'.repeat(100_000)}"\n`,
  ],
  [
    'ten matrices of 10,000 cells',
    'matrix-is-valid',
    () => {
      const list = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]'
      const cells = `{ a: ${list}, b: ${list}, c: ${list}, d: ${list} }`
      return head + times(10, (i) => `  s${String(i)}: { use: corpus, matrix: ${cells} }\n`)
    },
  ],
  [
    'a matrix of a billion cells',
    'matrix-is-valid',
    () =>
      `${head}  a: { use: corpus, matrix: {${times(9, (i) => `v${String(i)}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], `)}} }\n`,
  ],
]

describe('what is too much is refused, with a place', () => {
  it.each(hostile)(
    '%s',
    (_name, code, text) => {
      const input = { file: '/pipelines/hostile.yaml', text: text(), catalog: fakeCatalog }
      const compiled = check(input)
      expect(compiled.diagnostics.map((diagnostic) => diagnostic.code)).toContain(code)
      expect(compiled.diagnostics.length).toBeLessThanOrEqual(201)
      expect(whyWrong(compiled, input)).toBeUndefined()
    },
    20_000,
  )
})
