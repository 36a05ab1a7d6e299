import { expect, test } from 'vitest'
import { llc } from '../../../src/lab/scales/llc.ts'
import { digestOfJson } from '../../../src/base/digest.ts'
import type { Json } from '../../../src/base/json.ts'
import type { ArtifactRef } from '../../../src/stage/artifact.ts'
import type { GrowingKind } from '../../../src/stage/stage-kind.ts'

const kind = llc as GrowingKind
const value = (type: ArtifactRef['type'], json: unknown): ArtifactRef => ({
  type,
  digest: digestOfJson(json as Json),
  value: json as Json,
})
const healthy = { verdict: 'healthy', findings: [{ check: 'divergence', verdict: 'healthy', text: 'none' }] }
const sofar = (excess: number[][], diagnosis: object = healthy) => ({
  with: { nbeta: 50, chains: 2 },
  inputs: {},
  templates: {},
  stage: 'llc',
  results: {
    sample: {
      outputs: {
        loss: value('metrics', { metrics: { excess: { unit: 'nats/token', values: excess, items: 100 } } }),
        diagnosis: value('record', diagnosis),
      },
    },
  },
})

test('λ̂ is nβ times the mean excess loss, with an error', () => {
  const { outputs } = kind.grow(
    sofar([
      [0.1, 0.12, 0.11],
      [0.09, 0.1, 0.08],
    ]),
  )
  expect((outputs!['lambda'] as { value: number }).value).toBeCloseTo(5, 12)
  expect((outputs!['error'] as { value: number }).value).toBeGreaterThan(0.1)
})

test('it asks the sampler first, with its own options', () => {
  const { stages, outputs } = kind.grow({ ...sofar([]), results: {} })
  expect(outputs).toBeUndefined()
  expect(stages).toMatchObject([{ name: 'sample', use: 'sgld', with: { nbeta: 50, chains: 2 } }])
})

test('a broken sampler gives no number', () => {
  const broken = {
    verdict: 'broken',
    findings: [{ check: 'divergence', verdict: 'broken', text: 'the loss left all bounds' }],
  }
  expect(() => kind.grow(sofar([[]], broken))).toThrow(/the sampler broke.*left all bounds/)
})
