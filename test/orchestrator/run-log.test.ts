import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/orchestrator/event.ts'
import { readRunLog, replay, RunLog } from '../../src/orchestrator/run-log.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

const at = '2026-01-01T00:00:00.000Z'
const events: RunEvent[] = [
  { v: 1, seq: 0, at, type: 'stage-started', stage: 'a', with: {} },
  { v: 1, seq: 1, at, type: 'stage-progressed', stage: 'a', progress: { fraction: 0.5 } },
  {
    v: 1,
    seq: 2,
    at,
    type: 'stage-failed',
    stage: 'a',
    failure: { reason: 'exit', code: 3, message: 'ended' },
    seconds: 1,
  },
  {
    v: 1,
    seq: 3,
    at,
    type: 'run-finished',
    outcome: 'failed',
    seconds: 1,
    counts: { finished: 0, cached: 0, failed: 1, skipped: 0 },
  },
]
const stored = events.filter(({ type }) => type !== 'stage-progressed')

function written(count: number): string {
  const folder = temporaryFolder()
  const log = new RunLog(folder)
  for (const event of events.slice(0, count)) log.append(event)
  log.close()
  return folder
}

describe('the log of a run', () => {
  it('gives its events back, progress excepted', () => {
    expect(readRunLog(written(4))).toEqual({ events: stored, truncated: false })
  })

  it('is truncated without its end', () => {
    expect(readRunLog(written(3))).toEqual({ events: stored.slice(0, 2), truncated: true })
  })

  it.each([10, 60, 120])('survives a last line that was cut off (%i bytes of it)', (bytes) => {
    const folder = written(3)
    appendFileSync(join(folder, 'events.jsonl'), JSON.stringify(events[3]).slice(0, bytes))
    expect(readRunLog(folder)).toEqual({ events: stored.slice(0, 2), truncated: true })
  })

  it('is only ever appended to', () => {
    const folder = written(2)
    const before = readFileSync(join(folder, 'events.jsonl'), 'utf8')
    const log = new RunLog(folder)
    for (const event of events.slice(2)) log.append(event)
    log.close()
    expect(readFileSync(join(folder, 'events.jsonl'), 'utf8').startsWith(before)).toBe(true)
    expect(readRunLog(folder).events).toEqual(stored)
  })

  it('replays to the state that readers draw', () => {
    const state = replay(readRunLog(written(4)).events)
    expect(state.stages.get('a')).toMatchObject({ status: 'failed', failure: { code: 3 } })
    expect(state.finished?.outcome).toBe('failed')
  })

  it('is missed aloud', () => {
    expect(() => readRunLog(temporaryFolder())).toThrow(/ENOENT/)
  })
})
