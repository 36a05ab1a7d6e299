import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/orchestrator/event.ts'
import { createReporter, type ReporterOptions } from '../../src/reporters/index.ts'
import { cancelledRun } from './fixtures/cancelled-run.ts'
import { eventLog } from './fixtures/event-log.ts'
import { failedRun } from './fixtures/failed-run.ts'
import { quickstartRun, started } from './fixtures/quickstart-run.ts'
import { reportRun } from './fixtures/report-run.ts'
import { sink } from './fixtures/sink.ts'

async function linesOf(events: readonly RunEvent[], options: Partial<ReporterOptions> = {}): Promise<string[]> {
  const out = sink()
  await reportRun(
    await createReporter('plain', { stdout: out.stream, color: false, env: { LANG: 'C.UTF-8' }, ...options }),
    events,
  )
  return out.text().split('\n').slice(0, -1)
}

describe('a run that ends well', () => {
  test('has a line for each transition of the pipeline’s own stages', async () => {
    const lines = await linesOf(quickstartRun)
    expect(lines.slice(0, 10)).toEqual([
      'assay · quickstart · seed 0',
      'assay run pipelines/quickstart.yaml',
      '● subject   model          cached',
      '▸ text      text           started',
      '▸ facts     relation       started',
      '✓ text      text           0.3 s',
      '✓ facts     relation       0.3 s',
      '▸ natural   natural-scale  started',
      '✓ natural   natural-scale  0.5 s',
      '▸ ioi       coarsest       started',
    ])
  })

  test('tells of each level when it starts and when it is decided, once', async () => {
    const lines = (await linesOf(quickstartRun)).filter((line) => line.includes('level-04'))
    expect(lines).toEqual([
      '  level-04  nβ 1500  running',
      '  level-04  nβ 1500  loss 0.660 ± 0.005  18× gap  accuracy 0.88 [0.84, 0.92]  facts 0.53 [0.47, 0.59]  failed',
    ])
  })

  test('ends with the answer and a summary', async () => {
    const lines = await linesOf(quickstartRun)
    expect(lines.slice(-8)).toEqual([
      'IOI holds up to a loss of 0.603 nats per token, 8.2 times the natural gap.',
      '  There: loss 0.603 ± 0.003, 0.042 above the model (0.561), at nβ 3000',
      '  Accuracy 0.975, 95 % interval [0.957, 0.988], 4 chains × 8 draws',
      '  At the natural scale (0.567): holds, accuracy 0.999 [0.984, 1.000]',
      '  Melted by then: facts, recalled 0.82 [0.77, 0.86] of 0.99 at the model',
      '  Sampler: healthy at every level up to the answer (largest R-hat 1.02)',
      '',
      'done in 35 s · 60 finished · 1 cached',
    ])
  })

  test('has no colour unless asked, and colour when asked', async () => {
    expect((await linesOf(quickstartRun)).join('')).not.toContain('\u001b')
    expect((await linesOf(quickstartRun, { color: true })).join('')).toContain('\u001b[32m✓')
  })
})

describe('a run that fails', () => {
  test('says what, where and what to do, without a stack, and why others were skipped', async () => {
    const text = (await linesOf(failedRun)).join('\n')
    expect(text).toContain(
      '✗ subject   model          failed after 0.2 s\n    models/tiny/model.safetensors is cut short',
    )
    expect(text).toContain('    help: Copy the file again.')
    expect(text).toContain('– text      text           skipped: subject failed')
    expect(text).toContain('failed after 0.5 s · 1 finished · 1 failed · 3 skipped')
    expect(text).not.toContain('readSafetensors')
    expect(text).not.toContain('::error')
  })

  test('shows the stack where asked', async () => {
    expect((await linesOf(failedRun, { debug: true })).join('\n')).toContain(
      '        at readSafetensors (safetensors.ts:41:11)',
    )
  })

  test('annotates on GitHub, with its escapes', async () => {
    const lines = await linesOf(failedRun, { env: { LANG: 'C.UTF-8', GITHUB_ACTIONS: 'true' } })
    expect(lines).toContain(
      '::error title=stage subject failed::models/tiny/model.safetensors is cut short: the header says 1,048,576 bytes, the file has 4,096%0ACopy the file again.',
    )
  })

  test('is ASCII alone where the locale is not UTF-8', async () => {
    for (const run of [failedRun, quickstartRun]) {
      const text = (await linesOf(run, { env: { LC_ALL: 'C' } })).join('\n')
      expect(text).toMatch(/^[\n\x20-\x7e]*$/)
    }
  })
})

test('a cancelled run says so, and calls nothing failed', async () => {
  const lines = await linesOf(cancelledRun)
  expect(lines).toContain('– ioi       coarsest       cancelled after 15 s')
  expect(lines.at(-1)).toBe('cancelled after 16 s · 24 finished · 1 cached')
  expect(lines.join('\n')).not.toContain('✗')
})

test('without an answer, texts of the last stages close the run', async () => {
  const report = [{ type: 'text', title: 'Training', lines: ['loss 0.56 after 3000 steps'] }] as const
  const lines = await linesOf(
    eventLog([
      [0, { ...started, stages: [{ id: 'train', use: 'train', needs: [] }] } as typeof started],
      [1, { type: 'stage-finished', stage: 'train', outputs: {}, report, seconds: 1 }],
      [
        1,
        { type: 'run-finished', outcome: 'ok', seconds: 1, counts: { finished: 1, cached: 0, failed: 0, skipped: 0 } },
      ],
    ]),
  )
  expect(lines.slice(-4)).toEqual(['Training', '  loss 0.56 after 3000 steps', '', 'done in 1.0 s · 1 finished'])
})

test('a name with an escape sequence cannot touch the terminal', async () => {
  const lines = await linesOf(
    eventLog([
      [0, started],
      [1, { type: 'stage-skipped', stage: 'evil\u001b[2J', because: 'why\u001b[31m' }],
    ]),
  )
  expect(lines.join('')).not.toContain('\u001b')
})
