import { describe, expect, test } from 'vitest'
import { digestOfJson } from '../../../src/base/digest.ts'
import type { Json } from '../../../src/base/json.ts'
import { llcSweep } from '../../../src/lab/scales/llc-sweep.ts'
import type { ArtifactRef } from '../../../src/stage/artifact.ts'
import type { GrowingKind } from '../../../src/stage/stage-kind.ts'

const kind = llcSweep as GrowingKind
const value = (json: unknown): ArtifactRef => ({
  type: 'record',
  digest: digestOfJson(json as Json),
  value: json as Json,
})
const given = { kappa: 1, nbetas: [100, 200], epsilons: [1e-3, 1e-2], draws: 4 }
type Given = Partial<typeof given> & { readonly burnin?: number; readonly every?: number; readonly gamma?: number }
interface Found {
  readonly nbeta: number
  /** λ̂; `null` where the sampler broke. */
  readonly lambda: number | null
  readonly verdict?: string
  readonly text?: string
}
const cellOf = ({ nbeta, lambda, verdict = 'healthy', text = 'the reason' }: Found) => {
  const excess = [0, 1].map(() => [0.99, 1.01, 1, 1].map((share) => (share * (lambda ?? 0)) / nbeta))
  const findings = [
    { verdict: 'healthy', text: 'fine' },
    { verdict: lambda === null ? 'broken' : verdict, text },
  ]
  return {
    outputs: {
      loss: value({ metrics: { excess: { unit: 'nats/token', values: excess, items: 10 } } }),
      diagnosis: value({ verdict: lambda === null ? 'broken' : verdict, findings }),
    },
  }
}
const after = (results: Parameters<typeof kind.grow>[0]['results'], asked: Given = given) => ({
  with: asked,
  inputs: {},
  templates: {},
  stage: 'sweep',
  results,
})
const sofar = (lambdas: (number | null)[]) =>
  after(
    Object.fromEntries(
      lambdas.map((lambda, i) => [
        `cell-${Math.floor(i / 2)}-${i % 2}`,
        cellOf({ nbeta: given.nbetas[Math.floor(i / 2)]!, lambda }),
      ]),
    ),
  )

test('runs a sampler in every cell', () => {
  const { stages, outputs } = kind.grow(sofar([]))
  expect(outputs).toBeUndefined()
  expect(stages.map(({ name, use, with: params }) => [name, use, params])).toEqual([
    // Twice 2/(εγ) with γ = κ·nβ, and the time of 20 steps at the largest ε.
    ['cell-0-0', 'sgld', { draws: 4, kappa: 1, nbeta: 100, epsilon: 1e-3, burnin: 40, every: 200 }],
    ['cell-0-1', 'sgld', { draws: 4, kappa: 1, nbeta: 100, epsilon: 1e-2, burnin: 4, every: 20 }],
    ['cell-1-0', 'sgld', { draws: 4, kappa: 1, nbeta: 200, epsilon: 1e-3, burnin: 20, every: 200 }],
    ['cell-1-1', 'sgld', { draws: 4, kappa: 1, nbeta: 200, epsilon: 1e-2, burnin: 2, every: 20 }],
  ])
})

test('finds the flat region and its λ̂; a broken cell stays empty', () => {
  const { outputs } = kind.grow(sofar([5, null, 5.2, 9]))
  expect((outputs!['lambda'] as { value: number }).value).toBeCloseTo(5.1, 10)
  expect((outputs!['grid'] as { value: { flat: number[] } }).value.flat).toEqual([0, 2])
  const [words, table] = kind.report!({
    stage: 'sweep',
    with: given,
    outputs: {
      grid: value((outputs!['grid'] as { value: Json }).value),
      lambda: value((outputs!['lambda'] as { value: Json }).value),
    },
  })
  expect(words).toMatchObject({
    type: 'text',
    lines: [
      'λ̂ = 5.10, the median of the 2 cells of the flat region, at nβ 100 to 200',
      'nβ 100, ε 0.01: broken (the reason)',
    ],
  })
  expect(table).toMatchObject({
    type: 'table',
    rows: [
      ['100', expect.stringMatching(/^5\.00.*\*$/), 'broken'],
      ['200', expect.stringMatching(/^5\.20.*\*$/), expect.stringMatching(/^9\.00[^*]*$/)],
    ],
  })
})

test('where nothing agrees it says so, with every cell', () => {
  expect(() => kind.grow(sofar([1, 2, 4, null]))).toThrow(
    /no two neighbouring cells of 4 agree.*nβ 200, ε 0.001: 4\.00 ± \S+ healthy; nβ 200, ε 0.01: broken. in 1 the reason/,
  )
})

test.each([
  ['a step moves by 1: the data are hardly felt against the localization', /smaller kappa/],
  ['burn-in of 5 steps is 0.1 relaxation times: the level is a time, not a temperature', /larger burnin/],
  ['ε·a is 3: the variance there is more than doubled', /smaller epsilons/],
  ['the loss at the draws is −1: the start is no minimum for this data', /the data that the model was trained on/],
])('advice follows from what is wrong: %s', (text, help) => {
  const bad = (lambda: number) => cellOf({ nbeta: 5, lambda, verdict: 'suspicious', text })
  const results = { 'cell-0-0': bad(3), 'cell-0-1': bad(3) }
  const failing = (): unknown => kind.grow(after(results, { ...given, nbetas: [5] }))
  expect(failing).toThrow(expect.objectContaining({ help: expect.stringMatching(help) as string }))
  expect(failing).toThrow(new RegExp(`in 2 ${text.slice(text.indexOf(': ') + 2)}`))
})

test('burn-in and spacing are the user’s where they are given, and follow γ where that is', () => {
  const withs = (asked: Given) =>
    kind.grow(after({}, { ...given, nbetas: [100], ...asked })).stages.map((one) => one.with)
  expect(withs({ burnin: 7, every: 3 })).toMatchObject([
    { burnin: 7, every: 3 },
    { burnin: 7, every: 3 },
  ])
  expect(withs({ gamma: 1000 })).toMatchObject([
    { gamma: 1000, burnin: 4 },
    { gamma: 1000, burnin: 1 },
  ])
})

describe('without a grid', () => {
  const asked: Given = { kappa: 1, draws: 4 }
  const rows = [300, 1000, 3000, 10_000, 30_000, 100_000]
  const pilots = (count: number) =>
    Object.fromEntries(
      rows.slice(0, count).map((nbeta, i) => [`pilot-${i}`, { outputs: { epsilon: value(4 / nbeta) } }]),
    )
  const cells = (lambdas: readonly number[]) =>
    Object.fromEntries(
      lambdas.flatMap((lambda, row) =>
        [0, 1, 2].map((column) => [`cell-${row}-${column}`, cellOf({ nbeta: rows[row]!, lambda })]),
      ),
    )
  const grown = (lambdas: readonly number[]) =>
    kind.grow(after({ ...pilots(lambdas.length), ...cells(lambdas) }, asked))

  test('a pilot run finds the step of each temperature, and halves and quarters of it are tried', () => {
    const first = kind.grow(after({}, asked)).stages
    expect(first.map(({ name, use, with: params }) => [name, use, params])).toEqual(
      [300, 1000, 3000].map((nbeta, i) => [`pilot-${i}`, 'step-size-pilot', { kappa: 1, nbeta }]),
    )
    const { stages } = kind.grow(after(pilots(3), asked))
    expect(stages.slice(3, 6).map(({ with: params }) => params)).toEqual(
      [1, 2, 4].map((n) => ({ draws: 4, kappa: 1, nbeta: 300, epsilon: 4 / 300 / n, burnin: n, every: 20 * n })),
    )
  })

  test('it goes on to colder rows until two temperatures agree', () => {
    const { stages, outputs } = grown([200, 90, 60])
    expect(outputs).toBeUndefined()
    expect(stages[3]).toMatchObject({ name: 'pilot-3', with: { nbeta: 10_000 } })
    const found = grown([200, 90, 60, 58]).outputs!
    expect((found['lambda'] as { value: number }).value).toBeCloseTo(59, 5)
    expect((found['grid'] as { value: { flat: number[] } }).value.flat).toEqual([6, 7, 8, 9, 10, 11])
  })

  test('where none agree it says that λ̂ is one of a temperature, and takes the coldest', () => {
    const found = grown([200, 90, 60, 40, 30, 20]).outputs!
    expect((found['lambda'] as { value: number }).value).toBeCloseTo(20, 5)
    const grid = (found['grid'] as { value: { warning: string } }).value
    expect(grid.warning).toMatch(/it does on the temperature \(200 ± \S+ at nβ 300, .*20\.0 ± \S+ at nβ 100000\)/)
    const blocks = kind.report!({ stage: 'sweep', with: asked, outputs: { grid: value(grid), lambda: value(20) } })
    expect(blocks).toMatchObject([
      { type: 'text', lines: [expect.any(String), expect.stringContaining('it does on the temperature')] },
      { type: 'table', columns: ['nβ', 'largest healthy ε', 'ε/2', 'ε/4'], rows: { length: 6 } },
    ])
  })
})
