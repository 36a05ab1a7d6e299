import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/orchestrator/event.ts'
import { createReporter } from '../../src/reporters/index.ts'
import { eventLog } from './fixtures/event-log.ts'
import { quickstartRun, started } from './fixtures/quickstart-run.ts'
import { reportRun } from './fixtures/report-run.ts'
import { sink } from './fixtures/sink.ts'

async function jsonOf(events: readonly RunEvent[]): Promise<RunEvent[]> {
  const out = sink()
  await reportRun(await createReporter('json', { stdout: out.stream, color: true }), events)
  return out
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
}

test('every event but progress is a line of its own, as it is in the log', async () => {
  const stored = quickstartRun.filter((event) => event.type !== 'stage-progressed')
  const lines = await jsonOf(quickstartRun)
  expect(lines.filter((event) => event.type !== 'stage-progressed')).toEqual(stored)
})

test('progress is thinned to two a second for each stage; the end of it always comes through', async () => {
  const progress = (stage: string, fraction: number) =>
    ({ type: 'stage-progressed', stage, progress: { fraction } }) as const
  const lines = await jsonOf(
    eventLog([
      [0, started],
      [1, progress('a', 0.1)],
      [1.1, progress('a', 0.2)],
      [1.2, progress('b', 0.1)],
      [1.4, progress('a', 0.3)],
      [1.6, progress('a', 0.4)],
      [1.7, progress('a', 1)],
    ]),
  )
  expect(
    lines.slice(1).map((event) => event.type === 'stage-progressed' && [event.stage, event.progress.fraction]),
  ).toEqual([
    ['a', 0.1],
    ['b', 0.1],
    ['a', 0.4],
    ['a', 1],
  ])
})
