import { expect, test } from 'vitest'
import { digestOfJson } from '../../../src/base/digest.ts'
import type { Json } from '../../../src/base/json.ts'
import { wbic } from '../../../src/lab/scales/wbic.ts'
import type { ArtifactRef } from '../../../src/stage/artifact.ts'
import type { GrowingKind } from '../../../src/stage/stage-kind.ts'

const kind = wbic as GrowingKind
const value = (json: unknown): ArtifactRef => ({
  type: 'record',
  digest: digestOfJson(json as Json),
  value: json as Json,
})
const sofar = (results: Record<string, Record<string, ArtifactRef>>) => ({
  with: { chains: 2 },
  inputs: { data: value('data') },
  templates: {},
  stage: 'wbic',
  results: Object.fromEntries(Object.entries(results).map(([name, outputs]) => [name, { outputs }])),
})
const n = 1000

test('counts the data, samples at n/ln n, and multiplies the loss by n', () => {
  expect(kind.grow(sofar({})).stages).toMatchObject([{ name: 'count', use: 'data-size' }])
  const counted = { count: { tokens: value(n) } }
  const { stages } = kind.grow(sofar(counted))
  expect(stages[1]).toMatchObject({ use: 'sgld', with: { chains: 2, nbeta: n / Math.log(n) } })
  const losses = [
    [2.01, 2.02, 2.03],
    [2.02, 2.03, 2.01],
  ]
  const { outputs } = kind.grow(
    sofar({
      ...counted,
      sample: {
        loss: value({
          metrics: {
            loss: { unit: 'nats/token', values: losses, items: n },
            excess: { unit: 'nats/token', values: losses.map((chain) => chain.map((each) => each - 2)), items: n },
          },
        }),
        diagnosis: value({ verdict: 'healthy', findings: [] }),
      },
    }),
  )
  const number = (name: string): number => (outputs![name] as { value: number }).value
  expect(number('wbic')).toBeCloseTo(2020, 8)
  expect(number('lambda')).toBeCloseTo((0.02 * n) / Math.log(n), 8)
  expect(number('error')).toBeGreaterThan(0)
  // To leading order the criterion is n·L₀ + λ·ln n.
  expect(number('wbic')).toBeCloseTo(n * 2 + number('lambda') * Math.log(n), 6)
})
