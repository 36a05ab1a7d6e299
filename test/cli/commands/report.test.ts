import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Host } from '../../../src/cli/host.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
import { chartPicture } from '../../../src/reporters/html/chart-picture.ts'
import { renderReport } from '../../../src/reporters/html/report.ts'
import { stateAfter } from '../../reporters/fixtures/event-log.ts'
import { chart, quickstartRun } from '../../reporters/fixtures/quickstart-run.ts'
import { sink } from '../../reporters/fixtures/sink.ts'
import { cleanFolders, temporaryFolder } from '../../rig/orchestrator-rig.ts'

const logged = quickstartRun.filter((event) => event.type !== 'stage-progressed')
const expected = renderReport(stateAfter(logged), { pipelineText: 'assay: 1\n', plan: { description: 'How far?' } })
let cwd = ''
let folder = ''

beforeEach(() => {
  cwd = temporaryFolder()
  folder = join(cwd, 'runs', 'one')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(cwd, 'package.json'), '{}')
  writeFileSync(join(folder, 'events.jsonl'), logged.map((event) => `${JSON.stringify(event)}\n`).join(''))
  writeFileSync(join(folder, 'plan.json'), JSON.stringify({ description: 'How far?' }))
  writeFileSync(join(folder, 'pipeline.yaml'), 'assay: 1\n')
})
afterEach(cleanFolders)

async function assay(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const [stdout, stderr] = [sink(), sink()]
  let code = 0
  const host: Host = {
    cwd,
    env: {},
    stdout: stdout.stream,
    stderr: stderr.stream,
    setExitCode: (to) => {
      code = to
    },
  }
  await runCli(['node', 'assay', ...args], host)
  return { out: stdout.text(), err: stderr.text(), code }
}

test('writes the page into the record, and says where', async () => {
  expect(await assay('report')).toEqual({ out: join('runs', 'one', 'report.html\n'), err: '', code: 0 })
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(expected)
})

test('-o writes elsewhere, - to standard output', async () => {
  await assay('report', 'one', '-o', 'page.html')
  expect(readFileSync(join(cwd, 'page.html'), 'utf8')).toBe(expected)
  expect((await assay('report', 'one', '-o', '-')).out).toBe(expected)
})

test('--svg writes the first chart alone', async () => {
  await assay('report', 'one', '--svg', 'curve.svg')
  expect(readFileSync(join(cwd, 'curve.svg'), 'utf8')).toBe(chartPicture(chart))
  writeFileSync(
    join(folder, 'events.jsonl'),
    logged
      .slice(0, 5)
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  )
  expect(await assay('report', 'one', '--svg', 'none.svg')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no stage of one drew a chart') as string,
  })
})

test('a record with events alone is enough', async () => {
  const bare = join(cwd, 'runs', 'bare')
  mkdirSync(bare)
  writeFileSync(join(bare, 'events.jsonl'), readFileSync(join(folder, 'events.jsonl')))
  expect((await assay('report', 'bare', '-o', '-')).out).toContain('IOI holds up to a loss of 0.603')
})

test('broken records and unwritable places are one clear error each', async () => {
  writeFileSync(join(folder, 'plan.json'), '{')
  expect(await assay('report', 'one')).toMatchObject({
    code: 2,
    err: expect.stringContaining('plan.json of this run is not JSON') as string,
  })
  writeFileSync(join(folder, 'plan.json'), '{}')
  expect(await assay('report', 'one', '-o', 'package.json/page.html')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error: cannot write .*page\.html.*\n {2}help: name another file with -o\n$/) as string,
  })
  writeFileSync(join(folder, 'events.jsonl'), 'nonsense\n')
  expect(await assay('report', 'one')).toMatchObject({
    code: 2,
    err: expect.stringContaining('holds no event of a run’s start'.replace('’', "'")) as string,
  })
})
