import { describe, expect, test } from 'vitest'
import { digestOfJson } from '../../../../src/base/digest.ts'
import type { Json } from '../../../../src/base/json.ts'
import { doses } from '../../../../src/lab/degradations/doses.ts'
import { samplers } from '../../../../src/lab/degradations/sgld/samplers.ts'
import { catalog } from '../../../../src/lab/index.ts'
import type { ArtifactRef } from '../../../../src/stage/artifact.ts'
import type { GrowingKind } from '../../../../src/stage/stage-kind.ts'
import { isGrowing } from '../../../../src/stage/stage-kind.ts'

const names = Object.keys(samplers)
const value = (json: unknown): ArtifactRef => ({
  type: 'record',
  digest: digestOfJson(json as Json),
  value: json as Json,
})
const record = (loss: number) => ({
  sampler: 'sgld',
  nbeta: 10,
  epsilon: 1e-3,
  gamma: 10,
  batch: 4,
  burnin: 1000,
  every: 1,
  divergedAt: null,
  trace: Array.from({ length: 60 }, (_, i) => ({ until: 1000 + 10 * i, loss })),
  draws: [0, 1, 2, 3].map((draw) => ({ step: draw, loss: loss + 0.01 * (draw % 2), distance: 1, acceptance: 0.9 })),
  startLoss: 1,
  tokens: 50,
  norms: null,
  warm: false,
  parameters: 100,
})
const kindOf = (name: string): GrowingKind => {
  const kind = catalog.get(name)
  if (kind === undefined || !isGrowing(kind)) throw new Error(name)
  return kind
}
const grow = (
  name: string,
  given: Record<string, unknown>,
  results: Record<string, Record<string, ArtifactRef>> = {},
) =>
  kindOf(name).grow({
    with: given,
    inputs: { model: value('m'), data: value('d') },
    templates: {},
    stage: name,
    results: Object.fromEntries(Object.entries(results).map(([key, outputs]) => [key, { outputs }])),
  })

describe.each(names)('%s', (name) => {
  test('grows a chain each, gathers the draws and judges them', () => {
    const { stages } = grow(name, { chains: 2, nbeta: 10 })
    expect(stages.map((stage) => [stage.name, stage.use, stage.with])).toEqual([
      ['chain-0', `${name}-chain`, { nbeta: 10, chain: 0 }],
      ['chain-1', `${name}-chain`, { nbeta: 10, chain: 1 }],
    ])
    const chains = {
      'chain-0': { draws: value('a'), record: value(record(1.2)) },
      'chain-1': { draws: value('b'), record: value(record(1.2)) },
    }
    expect(grow(name, { chains: 2, nbeta: 10 }, chains).stages.at(-1)!.use).toBe('sgld-gather')
    const { outputs } = grow(name, { chains: 2, nbeta: 10 }, { ...chains, gather: { model: value('all') } })
    expect(Object.keys(outputs!)).toEqual(['model', 'loss', 'diagnosis', 'trace'])
    expect((outputs!['loss'] as { value: { metrics: object } }).value.metrics).toMatchObject({ excess: { items: 50 } })
  })
  test('is a degradation that searches can turn by nβ', () => {
    const kind = kindOf(name)
    expect(kind.role).toBe('degradation')
    expect(doses[name]).toMatchObject({ param: 'nbeta', warm: true })
    expect(catalog.get(`${name}-chain`)!.role).toBe('part')
  })
})

test('epsilon: auto runs a pilot first, with what it knows, and gives the chains what it found', () => {
  const given = { chains: 1, nbeta: 10, batch: 4, draws: 3, epsilon: 'auto' }
  const { stages } = grow('sgld', given)
  expect(stages).toMatchObject([{ name: 'pilot', use: 'step-size-pilot', with: { nbeta: 10, batch: 4, fixed: false } }])
  expect(Object.keys(stages[0]!.with)).not.toContain('epsilon')
  const pilot = {
    epsilon: value(2e-4),
    record: value({ epsilon: 2e-4, curvature: 5, tried: [{ epsilon: 2e-4, acceptance: 0.91 }] }),
  }
  const after = grow('sgld', given, { pilot })
  expect(after.stages[1]).toMatchObject({ name: 'chain-0', with: { epsilon: 2e-4, draws: 3 } })
  expect(grow('mala', given).stages[0]!.with).toMatchObject({ fixed: true })
  const done = grow('sgld', given, {
    pilot,
    'chain-0': { draws: value('a'), record: value(record(1.2)) },
    gather: { model: value('all') },
  })
  const blocks = kindOf('sgld').report!({
    stage: 'it',
    with: given,
    outputs: Object.fromEntries(
      Object.entries(done.outputs!).map(([name, output]) => [name, value((output as { value: unknown }).value)]),
    ),
  })
  const first = 'step size ε 0.000200 found by a pilot run (0.000200 91 % accepted)'
  const [text] = blocks
  expect(text?.type === 'text' ? text.lines[0] : text).toBe(first)
})
