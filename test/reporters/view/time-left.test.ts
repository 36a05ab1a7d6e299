import { expect, test } from 'vitest'
import type { RunEvent, RunFact } from '../../../src/orchestrator/event.ts'
import { followEvent, noTrack } from '../../../src/reporters/view/progress-track.ts'
import { timeLeft } from '../../../src/reporters/view/time-left.ts'
import { eventLog, startOfRun, stateAfter, upTo } from '../fixtures/event-log.ts'
import { quickstartRun, started } from '../fixtures/quickstart-run.ts'

const at = (events: readonly RunEvent[], second: number) =>
  timeLeft({ state: stateAfter(events), track: events.reduce(followEvent, noTrack), now: startOfRun + second * 1000 })

const one = (...facts: (readonly [number, RunFact])[]) =>
  eventLog([[0, { ...started, stages: [{ id: 'train', use: 'train', needs: [] }] } as RunFact], ...facts])
const begun: readonly [number, RunFact] = [0, { type: 'stage-started', stage: 'train', with: {} }]
const moved = (second: number, fraction: number): readonly [number, RunFact] => [
  second,
  { type: 'stage-progressed', stage: 'train', progress: { fraction } },
]

test('one stage: by its own speed, less what has passed since its last sign', () => {
  expect(at(one(begun, moved(1, 0.1), moved(5, 0.5)), 7)).toEqual({ atMost: false, run: 3 })
})

test('a resumed stage is timed from its checkpoint, not from nought', () => {
  expect(at(one(begun, moved(1, 0.8), moved(2, 0.9)), 2).run).toBeCloseTo(1)
})

test('unknown while nothing has moved', () => {
  expect(at(one(begun), 3)).toEqual({ atMost: false })
  expect(at(one(begun, moved(1, 0.1)), 3).run).toBeUndefined()
})

test('a waiting stage takes what its kind took before', () => {
  const heads = ['a', 'b'].map((id) => ({ id, use: 'measure', needs: [] }))
  const events = eventLog([
    [0, { ...started, stages: heads } as RunFact],
    [0, { type: 'stage-started', stage: 'a', with: {} }],
    [4, { type: 'stage-finished', stage: 'a', outputs: {}, report: [], seconds: 4 }],
  ])
  expect(at(events, 4).run).toBe(4)
})

test('a search that says how far it can go gets a bound, another only its level', () => {
  const midway = upTo(quickstartRun, 10)
  const left = at(midway, 10)
  expect(left.run).toBeUndefined()
  expect(left.level).toBeCloseTo(3.4, 5) // the third level began at 9.4 s; earlier ones took 4 s
  const bounded = midway.map((event) =>
    event.type === 'search-viewed' ? { ...event, view: { ...event.view, atMost: 12 } } : event,
  )
  expect(at(bounded, 10)).toMatchObject({ atMost: true })
  expect(at(bounded, 10).run).toBeCloseTo(3.4 + 9 * 4, 5)
})

test('stages that run at once share the time; one that waits takes what its running like will take', () => {
  const heads = ['a', 'b', 'c'].map((id) => ({ id, use: 'chain', needs: [] }))
  const progress = (stage: string, second: number, fraction: number) =>
    [second, { type: 'stage-progressed', stage, progress: { fraction } }] as const
  const events = eventLog([
    [0, { ...started, stages: heads } as RunFact],
    [0, { type: 'stage-started', stage: 'a', with: {} }],
    [0, { type: 'stage-started', stage: 'b', with: {} }],
    progress('a', 1, 0.1),
    progress('b', 1, 0.1),
    progress('a', 5, 0.5),
    progress('b', 5, 0.5),
  ])
  // Two have 5 s to go each, the third will take 10 s; two run at once.
  expect(at(events, 5).run).toBeCloseTo(10)
})
