import { describe, expect, it } from 'vitest'
import { keyDifference } from '../../src/orchestrator/key-difference.ts'
import { keyRecord, stageKey, type KeyedStage } from '../../src/orchestrator/stage-key.ts'
import { valueArtifact } from '../../src/orchestrator/value-artifact.ts'
import { catalog } from '../rig/orchestrator-toy-catalog.ts'

const kindOf = (name: string): KeyedStage['kind'] => {
  const kind = catalog.get(name)
  if (kind === undefined) throw new Error(name)
  return kind
}
const chain: KeyedStage = {
  kind: kindOf('toy-chain'),
  with: { steps: 2, pause: 0 },
  inputs: { start: valueArtifact('number', 1) },
  seed: '0'.repeat(16),
}
const key = (stage: KeyedStage, runtime = { engine: 1 }): string => stageKey(keyRecord(stage, runtime))

describe('the key of a stage', () => {
  it('does not depend on the order in which parameters were written', () => {
    expect(key({ ...chain, with: { pause: 0, steps: 2 } })).toBe(key(chain))
  })

  it.each<[string, KeyedStage]>([
    ['a parameter', { ...chain, with: { steps: 3, pause: 0 } }],
    ['the content of an input', { ...chain, inputs: { start: valueArtifact('number', 2) } }],
    ['the type of an input', { ...chain, inputs: { start: valueArtifact('record', 1) } }],
    ['a missing input', { ...chain, inputs: {} }],
    ['the seed of a seeded kind', { ...chain, seed: '1'.repeat(16) }],
    ['the version of the kind', { ...chain, kind: { ...chain.kind, version: 2 } }],
    ['the kind', { ...chain, kind: { ...chain.kind, name: 'other' } }],
  ])('depends on %s', (_name, other) => {
    expect(key(other)).not.toBe(key(chain))
  })

  it('depends on the number of threads, and on nothing else of how a stage is run', () => {
    const many = { ...chain, policy: { resources: { cpus: 2 } } }
    expect(key(many)).not.toBe(key(chain))
    expect(
      key({
        ...chain,
        policy: { resources: { cpus: 1, memory: 1e9 }, retry: { attempts: 3, backoff: 'none', delay: 0 } },
      }),
    ).toBe(key(chain))
    expect(keyDifference({ record: keyRecord(chain, {}) }, { record: keyRecord(many, {}) })).toEqual(['threads 1 → 2'])
  })

  it('depends on the versions of what computes', () => {
    expect(key(chain, { engine: 2 })).not.toBe(key(chain))
  })

  it('does not depend on the seed where nothing is drawn, nor on how the seed was given', () => {
    const number: KeyedStage = { kind: kindOf('toy-number'), with: { value: 1 }, inputs: {}, seed: '0'.repeat(16) }
    expect(key({ ...number, seed: 'f'.repeat(16) })).toBe(key(number))
    expect(key({ ...chain, with: { ...chain.with, seed: 3 } })).toBe(key(chain))
  })

  it('of a search depends on its templates', () => {
    const search = (steps: number): KeyedStage => ({
      kind: kindOf('toy-search'),
      with: { below: 0 },
      inputs: {},
      seed: '',
      templates: { degrade: { use: 'toy-chain', with: { steps }, inputs: {} } },
    })
    expect(key(search(1))).not.toBe(key(search(2)))
  })

  it('stays what it is: a change here makes every stored result be computed anew', () => {
    expect(key(chain)).toMatchInlineSnapshot(
      `"sha256:2f4c9c6c581a29acefa6cdf5824538e8b43086cb5b61fd2e3aa105faadc57699"`,
    )
  })
})
