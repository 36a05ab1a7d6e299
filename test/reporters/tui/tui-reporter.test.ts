import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { startTui } from '../../../src/reporters/tui/tui-reporter.tsx'
import { quickstartRun } from '../fixtures/quickstart-run.ts'
import { reportRun } from '../fixtures/report-run.ts'
import { sink } from '../fixtures/sink.ts'

test('when it is closed, the whole last state is in the scrollback, the answer last', async () => {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 90, rows: 20 })
  let text = ''
  stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const stdin = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream
  const reporter = startTui({ stdout, stdin, color: false })
  await reportRun(reporter, quickstartRun)
  const end = text.slice(text.lastIndexOf('assay quickstart'))
  expect(end).toMatch(/│ IOI holds up to a loss of 0\.603 nats per token, 8\.2 times the natural gap\. +│/)
  expect(end.trimEnd()).toMatch(/done in 35 s · 60 finished · 1 cached/)
})

test('without a terminal there is no live view', () => {
  expect(() => startTui({ stdout: sink().stream, color: false })).toThrow('needs a terminal')
})
