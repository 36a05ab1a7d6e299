import { PassThrough } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createReporter } from '../../src/reporters/index.ts'
import { stateAfter } from './fixtures/event-log.ts'
import { quickstartRun } from './fixtures/quickstart-run.ts'
import { reportRun } from './fixtures/report-run.ts'

function terminal(): { stdout: NodeJS.WritableStream; stdin: NodeJS.ReadStream; text: () => string } {
  let text = ''
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 90, rows: 20 })
  stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return {
    stdout,
    stdin: Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream,
    text: () => text,
  }
}

test('a run that is over at once prints its last state, and nothing is redrawn', async () => {
  const { stdout, stdin, text } = terminal()
  await reportRun(await createReporter('tui', { stdout, stdin, color: false }), quickstartRun)
  expect(text()).not.toContain('\u001b')
  expect(text().trimEnd().split('\n').slice(-9)).toEqual([
    `╭${'─'.repeat(88)}╮`,
    `│ ${'IOI holds up to a loss of 0.603 nats per token, 8.2 times the natural gap.'.padEnd(86)} │`,
    `│ ${'There: loss 0.603 ± 0.003, 0.042 above the model (0.561), at nβ 3000'.padEnd(86)} │`,
    `│ ${'Accuracy 0.975, 95 % interval [0.957, 0.988], 4 chains × 8 draws'.padEnd(86)} │`,
    `│ ${'At the natural scale (0.567): holds, accuracy 0.999 [0.984, 1.000]'.padEnd(86)} │`,
    `│ ${'Melted by then: facts, recalled 0.82 [0.77, 0.86] of 0.99 at the model'.padEnd(86)} │`,
    `│ ${'Sampler: healthy at every level up to the answer (largest R-hat 1.02)'.padEnd(86)} │`,
    `╰${'─'.repeat(88)}╯`,
    'done in 35 s · 60 finished · 1 cached',
  ])
})

test('a run that lasts gets the live view, with everything that came before it', async () => {
  const { stdout, stdin, text } = terminal()
  const reporter = await createReporter('tui', { stdout, stdin, color: false })
  reporter.onEvent(quickstartRun[0]!, stateAfter(quickstartRun.slice(0, 1)))
  while (!text().includes('0 of 5 stages')) await setTimeout(20)
  reporter.onEvent(quickstartRun.at(-1)!, stateAfter(quickstartRun))
  await reporter.close()
  expect(text().trimEnd()).toMatch(/done in 35 s · 60 finished · 1 cached/)
})
