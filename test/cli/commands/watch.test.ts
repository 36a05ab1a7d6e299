import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Host } from '../../../src/cli/host.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
import type { RunEvent } from '../../../src/orchestrator/event.ts'
import { cancelledRun } from '../../reporters/fixtures/cancelled-run.ts'
import { upTo } from '../../reporters/fixtures/event-log.ts'
import { failedRun } from '../../reporters/fixtures/failed-run.ts'
import { quickstartRun } from '../../reporters/fixtures/quickstart-run.ts'
import { sink } from '../../reporters/fixtures/sink.ts'
import { cleanFolders, temporaryFolder } from '../../rig/orchestrator-rig.ts'

let cwd = ''
beforeEach(() => {
  cwd = temporaryFolder()
  writeFileSync(join(cwd, 'package.json'), '{}')
})
afterEach(cleanFolders)

function record(events: readonly RunEvent[]): void {
  mkdirSync(join(cwd, 'runs', 'one'), { recursive: true })
  const stored = events.filter((event) => event.type !== 'stage-progressed')
  writeFileSync(join(cwd, 'runs', 'one', 'events.jsonl'), stored.map((event) => `${JSON.stringify(event)}\n`).join(''))
}

async function watch(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const [stdout, stderr] = [sink(), sink()]
  let code = -1
  const host: Host = {
    cwd,
    env: { LANG: 'C.UTF-8' },
    stdout: stdout.stream,
    stderr: stderr.stream,
    setExitCode: (to) => {
      code = to
    },
  }
  await runCli(['node', 'assay', 'watch', ...args], host)
  return { out: stdout.text(), err: stderr.text(), code }
}

test.each([
  ['ok', quickstartRun, 0],
  ['failed', failedRun, 1],
  ['cancelled', cancelledRun, 130],
] as const)('a run that ended %s is shown like it ran, and ends with its code', async (_, events, code) => {
  record(events)
  const shown = await watch()
  expect(shown).toMatchObject({ code, err: '' })
  expect(shown.out).toContain('assay · quickstart · seed 0\n')
  expect(shown.out.trimEnd().split('\n').at(-1)).toMatch(/^(done in|failed after|cancelled after) /)
})

test('--json gives the log back', async () => {
  record(failedRun)
  expect(
    (await watch('one', '--json')).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(failedRun)
})

test('a run that was killed is called so, and how to go on', async () => {
  record(upTo(quickstartRun, 10))
  expect(await watch('one')).toMatchObject({
    code: 1,
    err: 'error: this run did not finish: its process is gone\n  help: `assay run pipelines/quickstart.yaml` goes on where it stopped\n',
  })
})
