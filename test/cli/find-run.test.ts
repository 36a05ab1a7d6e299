import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findRun } from '../../src/cli/find-run.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

let cwd = ''
function addRun(id: string, at: string): void {
  mkdirSync(join(cwd, 'runs', id), { recursive: true })
  writeFileSync(join(cwd, 'runs', id, 'events.jsonl'), `${JSON.stringify({ v: 1, seq: 0, at, type: 'run-started' })}\n`)
}

beforeEach(() => {
  cwd = temporaryFolder()
  writeFileSync(join(cwd, 'package.json'), '{}')
  addRun('2026-03-01-100000-quickstart', '2026-03-01T10:00:00.000Z')
  addRun('2026-03-02-090000-quickstart', '2026-03-02T09:00:00.000Z')
  addRun('an-example', '2026-02-01T00:00:00.000Z')
  mkdirSync(join(cwd, 'runs', 'no-run'))
})
afterEach(cleanFolders)

test('without a name it is the newest by its own clock, not by name', () => {
  expect(findRun(undefined, { cwd })).toEqual({
    id: '2026-03-02-090000-quickstart',
    folder: join(cwd, 'runs', '2026-03-02-090000-quickstart'),
    root: cwd,
  })
})

test('an id, the beginning of one, or a folder', () => {
  expect(findRun('an-example', { cwd }).id).toBe('an-example')
  expect(findRun('2026-03-01', { cwd }).id).toBe('2026-03-01-100000-quickstart')
  expect(findRun('runs/an-example', { cwd }).id).toBe('an-example')
  expect(findRun('an-example', { cwd: '/', runs: join(cwd, 'runs') })).toMatchObject({ id: 'an-example', root: cwd })
})

test('from a folder below, the runs of the project', () => {
  mkdirSync(join(cwd, 'pipelines'))
  expect(findRun('an-example', { cwd: join(cwd, 'pipelines') }).id).toBe('an-example')
})

test('what is wrong is said, with what could be meant', () => {
  expect(() => findRun('2026-03', { cwd })).toThrow(
    expect.objectContaining({
      message: '2 runs in runs begin with 2026-03',
      help: 'say which: 2026-03-01-100000-quickstart, 2026-03-02-090000-quickstart',
    }) as Error,
  )
  expect(() => findRun('an-exampel', { cwd })).toThrow(
    expect.objectContaining({
      message: 'there is no run an-exampel in runs',
      help: 'did you mean an-example?',
    }) as Error,
  )
  expect(() => findRun(undefined, { cwd, runs: 'elsewhere' })).toThrow('there are no runs in elsewhere')
})
