import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

const head = 'assay: 1\nstages:\n  subject: { use: model, with: { path: ./m } }\n'
const check = (stages: string): ReturnType<typeof compile> =>
  compile({ file: '/p/x.yaml', text: head + stages }, { catalog: fakeCatalog, probe: () => 'file' })
const seedsOf = (stages: string): Record<string, string | undefined> =>
  Object.fromEntries(check(stages).plan?.stages.map(({ id, seed }) => [id, seed]) ?? [])
const matrix = (lists: string): string =>
  `  test: { use: ioi, matrix: { ${lists} }, with: { model: subject, prompts: "\${matrix.n}" } }\n`
const numbers = (count: number): string => `[${Array.from({ length: count }, (_, i) => i + 1).join(', ')}]`

describe('a matrix', () => {
  it('gives every cell the same seed, whatever stands beside it', () => {
    const one = seedsOf(matrix('n: [1, 2]'))
    const more = seedsOf(matrix('n: [3, 2, 1]'))
    expect(more).toMatchObject(one)
    expect(new Set(Object.values(more)).size).toBe(Object.keys(more).length)
  })
  it('is the same when its variables are written in another order', () => {
    const ids = (lists: string): string[] => Object.keys(seedsOf(matrix(lists))).sort()
    expect(ids('n: [1, 2], k: [a, b]')).toEqual(ids('k: [a, b], n: [1, 2]'))
  })
  it('may have cells of its own alone', () => {
    expect(Object.keys(seedsOf(matrix('include: [{ n: 3 }, { n: 5 }]')))).toEqual(['subject', 'test@n=3', 'test@n=5'])
  })
  it('leaves out what a part of a cell excludes', () => {
    const { plan } = check(matrix('n: [1, 2], k: [a, b], exclude: [{ n: 1 }, { n: 2, k: b }]'))
    expect(plan?.stages.map(({ id }) => id)).toEqual(['subject', 'test@k=a,n=2'])
  })
  it('warns of an exclude that excludes nothing', () => {
    const { plan, diagnostics } = check(matrix('n: [1, 2], exclude: [{ n: 3 }]'))
    expect(plan?.stages.length).toBe(3)
    expect(diagnostics).toMatchObject([{ code: 'matrix-is-valid', severity: 'warning', span: { line: 4 } }])
  })
  it('has at most 10,000 cells', () => {
    expect(check(matrix(`n: ${numbers(100)}, k: ${numbers(100)}`)).plan?.stages.length).toBe(10_001)
    expect(check(matrix(`n: ${numbers(100)}, k: ${numbers(101)}`)).diagnostics).toMatchObject([
      { code: 'matrix-is-valid', message: expect.stringContaining('10,100 cells') as string },
    ])
  })
  it('tells a mistake once, not in each cell', () => {
    const { diagnostics } = check(
      `  test: { use: ioi, matrix: { n: ${numbers(300)} }, with: { model: subjct, prompts: "\${-matrix.n}" } }\n`,
    )
    expect(diagnostics.map(({ code }) => code)).toEqual(['inputs-exist', 'params-are-valid'])
  })
})

describe('lists gathered over matrices', () => {
  const wide = `  test: { use: ioi, matrix: { n: ${numbers(2000)} }, with: { model: subject, prompts: "\${matrix.n}" } }\n`
  it('are bounded where expressions read them', () => {
    const text = `${wide}  next: { use: ioi, matrix: { n: ${numbers(2000)} }, with: { model: subject, prompts: "\${size(test.metrics)}" } }\n`
    expect(check(text).diagnostics).toMatchObject([{ code: 'matrix-is-valid', span: { line: 5 } }])
  })
  it('are bounded where inputs take them', () => {
    const models = `  words: { use: text, with: { path: ./t, tokenizer: subject } }\n  runs: { use: train, matrix: { n: ${numbers(2000)} }, with: { data: words, steps: 3 } }\n`
    const text = `${models}  mean: { use: average, matrix: { n: ${numbers(2000)} }, with: { models: runs } }\n`
    expect(check(text).diagnostics).toMatchObject([{ code: 'matrix-is-valid', span: { line: 6 } }])
  })
})
