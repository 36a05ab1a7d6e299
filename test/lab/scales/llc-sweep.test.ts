import { expect, test } from 'vitest'
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
const given = { nbetas: [100, 200], epsilons: [1e-3, 1e-2], draws: 4 }
const sofar = (lambdas: (number | null)[]) => ({
  with: given,
  inputs: {},
  templates: {},
  stage: 'sweep',
  results: Object.fromEntries(
    lambdas.map((lambda, i) => {
      const nbeta = given.nbetas[Math.floor(i / 2)]!
      const excess = [0, 1].map(() => [0.99, 1.01, 1, 1].map((share) => (share * (lambda ?? 0)) / nbeta))
      return [
        `cell-${Math.floor(i / 2)}-${i % 2}`,
        {
          outputs: {
            loss: value({ metrics: { excess: { unit: 'nats/token', values: excess, items: 10 } } }),
            diagnosis: value({ verdict: lambda === null ? 'broken' : 'healthy', findings: [] }),
          },
        },
      ]
    }),
  ),
})

test('runs a sampler in every cell', () => {
  const { stages, outputs } = kind.grow(sofar([]))
  expect(outputs).toBeUndefined()
  expect(stages.map(({ name, use, with: params }) => [name, use, params])).toEqual([
    ['cell-0-0', 'sgld', { draws: 4, nbeta: 100, epsilon: 1e-3 }],
    ['cell-0-1', 'sgld', { draws: 4, nbeta: 100, epsilon: 1e-2 }],
    ['cell-1-0', 'sgld', { draws: 4, nbeta: 200, epsilon: 1e-3 }],
    ['cell-1-1', 'sgld', { draws: 4, nbeta: 200, epsilon: 1e-2 }],
  ])
})

test('finds the flat region and its λ̂; a broken cell stays empty', () => {
  const { outputs } = kind.grow(sofar([5, null, 5.2, 9]))
  expect((outputs!['lambda'] as { value: number }).value).toBeCloseTo(5.1, 10)
  expect((outputs!['grid'] as { value: { flat: number[] } }).value.flat).toEqual([0, 2])
  const [table] = kind.report!({
    stage: 'sweep',
    with: given,
    outputs: { grid: value((outputs!['grid'] as { value: Json }).value) },
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
  expect(() => kind.grow(sofar([1, 2, 4, 8]))).toThrow(/no two neighbouring cells of 4 agree.*nβ 200, ε 0.01: 8\.00/)
})
