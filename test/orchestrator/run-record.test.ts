import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { digestOfBytes } from '../../src/base/digest.ts'
import type { RunEvent, RunFact } from '../../src/orchestrator/event.ts'
import { replay } from '../../src/orchestrator/run-log.ts'
import { claimRunFolder, findEqualRecord, fingerprint } from '../../src/orchestrator/run-record.ts'
import type { RunState } from '../../src/orchestrator/state.ts'
import { valueArtifact } from '../../src/orchestrator/value-artifact.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

const now = new Date('2026-11-22T18:48:57.123Z')

describe('the folder of a run', () => {
  it('is named by date, time and pipeline, and never shared', () => {
    const runs = join(temporaryFolder(), 'runs')
    const ids = [1, 2, 3].map(() => claimRunFolder(runs, 'my pipeline', now))
    expect(ids).toEqual([
      '2026-11-22-184857-my-pipeline',
      '2026-11-22-184857-my-pipeline-2',
      '2026-11-22-184857-my-pipeline-3',
    ])
    expect(readdirSync(runs).sort()).toEqual([...ids].sort())
  })
  it.each([
    ['-p', 'p'],
    ['..', 'pipeline'],
    ['', 'pipeline'],
    ['../../etc', 'etc'],
    ['a.b', 'a.b'],
    ['étude: "n = 3"', 'etude-n-3'],
    ['日本', '日本'],
    ['x\u0000y\nz', 'x-y-z'],
    ['n'.repeat(300), 'n'.repeat(60)],
    [`${'n'.repeat(59)}--m`, 'n'.repeat(59)],
    ['𝔫'.repeat(100), 'n'.repeat(60)],
  ])('has a name that every file system takes: %j', (pipeline, name) => {
    expect(claimRunFolder(temporaryFolder(), pipeline, now)).toBe(`2026-11-22-184857-${name}`)
  })
})

function state(
  value: number,
  {
    cached = false,
    params = {},
    reverse = false,
  }: { cached?: boolean; params?: Record<string, number>; reverse?: boolean } = {},
): RunState {
  const outputs = { n: valueArtifact('number', value) }
  const end = (stage: string): RunFact =>
    cached
      ? { type: 'stage-cached', stage, key: digestOfBytes('k'), with: {}, outputs, report: [], seconds: 1 }
      : { type: 'stage-finished', stage, outputs, report: [], seconds: 1 }
  const facts: RunFact[] = [
    {
      type: 'run-started',
      run: String(cached),
      pipeline: 'p',
      file: 'p.yaml',
      source: digestOfBytes('p'),
      seed: 0,
      params,
      command: '',
      stages: [],
      environment: { assay: '1', node: '', onnxruntime: '1', platform: '', cpu: '', cores: 2 },
    },
    ...(reverse ? [end('b'), end('a')] : [end('a'), end('b')]),
  ]
  return replay(facts.map((fact, seq): RunEvent => ({ v: 1, seq, at: '', ...fact })))
}

describe('the fingerprint of a run', () => {
  it('is that of any run with the same question and answers', () => {
    expect(fingerprint(state(1, { cached: true }))).toBe(fingerprint(state(1)))
    expect(fingerprint(state(1, { reverse: true }))).toBe(fingerprint(state(1)))
  })

  it('differs with a result and with a parameter', () => {
    expect(fingerprint(state(2))).not.toBe(fingerprint(state(1)))
    expect(fingerprint(state(1, { params: { a: 1 } }))).not.toBe(fingerprint(state(1)))
  })

  it('finds the newest record that says the same', () => {
    const runs = temporaryFolder()
    const wanted = fingerprint(state(1))
    const record = (id: string, text: string): void => {
      mkdirSync(join(runs, id))
      writeFileSync(join(runs, id, 'metrics.json'), text)
    }
    record('2026-01-01-000000-p', JSON.stringify({ fingerprint: wanted }))
    record('2026-01-02-000000-p', JSON.stringify({ fingerprint: wanted }))
    record('2026-01-03-000000-p', JSON.stringify({ fingerprint: fingerprint(state(2)) }))
    record('2026-01-04-000000-p', '{ cut off')
    record('2026-01-05-000000-q', JSON.stringify({ fingerprint: wanted }))
    expect(findEqualRecord(runs, 'p', wanted)).toBe('2026-01-02-000000-p')
    expect(findEqualRecord(runs, 'p', digestOfBytes('other'))).toBeUndefined()
    expect(findEqualRecord(join(runs, 'absent'), 'p', wanted)).toBeUndefined()
  })
})
