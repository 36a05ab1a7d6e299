import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../src/orchestrator/event.ts'
import { Journal } from '../../src/orchestrator/journal.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const skipped = (stage: string): { type: 'stage-skipped'; stage: string; because: string } => ({
  type: 'stage-skipped',
  stage,
  because: 'x',
})

describe('the journal of a run', () => {
  it('numbers and dates facts, and tells the state after each', () => {
    const journal = new Journal(() => new Date(0))
    const seen: [RunEvent, number][] = []
    journal.open([(event, state) => seen.push([event, state.stages.size])])
    journal.record(skipped('a'))
    journal.record(skipped('b'))
    expect(seen).toEqual([
      [{ v: 1, seq: 0, at: '1970-01-01T00:00:00.000Z', ...skipped('a') }, 1],
      [{ v: 1, seq: 1, at: '1970-01-01T00:00:00.000Z', ...skipped('b') }, 2],
    ])
  })

  it('holds events back until it is opened, then gives them renamed and in order', () => {
    const journal = new Journal()
    journal.record(skipped('a'))
    const seen: string[] = []
    expect(journal.state.stages.size).toBe(1)
    journal.open(
      [
        (event) => {
          if ('stage' in event) seen.push(event.stage as string)
        },
      ],
      (event) => ({ ...event, stage: 'renamed' }) as RunEvent,
    )
    journal.record(skipped('b'))
    expect(seen).toEqual(['renamed', 'b'])
  })

  it('drops a display that throws and goes on with the others', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const journal = new Journal()
    const log = vi.fn()
    const other = vi.fn()
    const broken = vi.fn(() => {
      throw new Error('no terminal')
    })
    journal.open([log, broken, other])
    journal.record(skipped('a'))
    journal.record(skipped('b'))
    expect([log.mock.calls.length, broken.mock.calls.length, other.mock.calls.length]).toEqual([2, 1, 2])
    expect(String(said.mock.calls[0]?.[0])).toMatch(/no terminal/)
  })

  it('does not go on without its log', () => {
    const journal = new Journal()
    journal.open([
      () => {
        throw new Error('disk full')
      },
    ])
    expect(() => {
      journal.record(skipped('a'))
    }).toThrow('disk full')
  })
})
