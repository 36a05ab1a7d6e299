import { expect, test } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { catalog } from '../../src/lab/index.ts'

const check = (lines: readonly string[]) =>
  compile(
    { file: '/pipelines/a.yaml', text: ['assay: 1', 'name: example', 'stages:', ...lines, ''].join('\n') },
    { catalog, probe: () => 'file' },
  ).diagnostics.map(({ message, help }) => [message, help])

const natural = (rest: string) => [
  '  subject: { use: model, with: { path: ./there } }',
  '  words: { use: text, with: { path: ./text.txt, tokenizer: subject } }',
  `  scale: { use: natural-scale, with: { model: subject, data: words${rest} } }`,
]

test('one of several: none is an error that names them all', () => {
  const [[message, help]] = check(natural('')) as [[string, string]]
  expect(message).toBe('`natural-scale` needs one of `best`, `reference`, `better`')
  expect(help).toContain('add `best: …` or `reference: …` or `better: …` under `with`')
})
test('one is right, an input or a parameter', () => {
  expect(check(natural(', best: { loss: 1 }'))).toEqual([])
  expect(check(natural(', reference: ./best.txt'))).toEqual([])
})
test('two are an error at the second', () => {
  const [[message]] = check(natural(', best: { loss: 1 }, better: subject')) as [[string]]
  expect(message).toBe('`natural-scale` takes one of `best`, `reference`, `better`; `best` is given too')
})
test('of some one at most: none is right, two are an error', () => {
  const curve = (rest: string): string[] => [
    ...natural(', best: { loss: 1 }'),
    `  melting: { use: curve, with: { model: subject, degrade: { use: noise, with: { measured: words } }, measure: { ioi: { use: ioi } }${rest} } }`,
  ]
  expect(check(curve(''))).toEqual([])
  expect(check(curve(', doses: [0.1, 0.2]'))).toEqual([])
  const [[message]] = check(curve(', doses: [0.1], losses: [1]')) as [[string]]
  expect(message).toBe('`curve` takes at most one of `doses`, `nbetas`, `losses`; `doses` is given too')
})
