import { spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followRun } from '../../src/cli/follow-run.ts'
import type { RunEvent } from '../../src/orchestrator/event.ts'
import type { Live } from '../../src/orchestrator/live-file.ts'
import { upTo } from '../reporters/fixtures/event-log.ts'
import { quickstartRun } from '../reporters/fixtures/quickstart-run.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

const logged = quickstartRun.filter((event) => event.type !== 'stage-progressed')
const text = (events: readonly RunEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('')

let folder = ''
let seen: RunEvent[] = []
beforeEach(() => {
  folder = temporaryFolder()
  seen = []
})
afterEach(cleanFolders)

const write = (content: string) => {
  writeFileSync(join(folder, 'events.jsonl'), content)
}
const append = (content: string) => {
  appendFileSync(join(folder, 'events.jsonl'), content)
}
const alive = (part: Partial<Live> = {}) => {
  writeFileSync(
    join(folder, 'live.json'),
    JSON.stringify({ pid: process.pid, at: new Date().toISOString(), progress: {}, ...part }),
  )
}
const follow = (signal = new AbortController().signal) =>
  followRun({ folder, live: join(folder, 'live.json'), signal, every: 5, onEvent: (event) => seen.push(event) })
const until = async (fact: () => boolean) => {
  while (!fact()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('a finished run is replayed to its end at once', async () => {
  write(text(logged))
  expect((await follow()).end).toBe('finished')
  expect(seen).toEqual(logged)
})

test('a running one is followed line by line, a line cut in two included', async () => {
  const whole = Buffer.from(text(logged))
  const cut = whole.indexOf('nβ 1500') + 2 // in the middle of a letter of two bytes
  alive()
  writeFileSync(join(folder, 'events.jsonl'), whole.subarray(0, cut))
  const end = follow()
  await until(() => seen.length > 10)
  appendFileSync(join(folder, 'events.jsonl'), whole.subarray(cut))
  expect((await end).end).toBe('finished')
  expect(seen).toEqual(logged)
})

test('progress comes from the live file, for running stages and only when it moved', async () => {
  const running = upTo(logged, 2)
  write(text(running))
  const progress = { 'ioi/original/degrade/chain-0': { fraction: 0.5, note: 'step 450' }, subject: { fraction: 1 } }
  alive({ progress })
  const end = follow()
  await until(() => seen.length > running.length)
  alive({ progress, at: new Date().toISOString() })
  append(text(logged.slice(running.length)))
  await end
  const told = seen.filter((event) => event.type === 'stage-progressed')
  expect(told.map((event) => [event.stage, event.progress])).toEqual([
    ['ioi/original/degrade/chain-0', { fraction: 0.5, note: 'step 450' }],
  ])
})

test('who leaves gets what is known so far', async () => {
  write(text(upTo(logged, 10)))
  alive()
  const leaving = new AbortController()
  const end = follow(leaving.signal)
  await until(() => seen.length > 0)
  leaving.abort()
  const { end: how, state } = await end
  expect(how).toBe('left')
  expect(state.stages.get('ioi')?.status).toBe('running')
})

test('a run whose process is gone is lost; one whose process lives is not', async () => {
  write(text(upTo(logged, 10)))
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  alive({ pid })
  expect(await follow()).toMatchObject({ end: 'lost', live: { pid } })
})

test('a record without a live file and without an end is lost too', async () => {
  write(text(upTo(logged, 10)))
  expect((await follow()).end).toBe('lost')
})
