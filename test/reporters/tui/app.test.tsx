import { render } from 'ink-testing-library'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { RunEvent } from '../../../src/orchestrator/event.ts'
import { applyEvent } from '../../../src/orchestrator/state.ts'
import { createPlainLines } from '../../../src/reporters/plain-lines.ts'
import { App } from '../../../src/reporters/tui/app.tsx'
import { RunStore } from '../../../src/reporters/tui/run-store.ts'
import { cancelledRun } from '../fixtures/cancelled-run.ts'
import { startOfRun, upTo } from '../fixtures/event-log.ts'
import { failedRun } from '../fixtures/failed-run.ts'
import { quickstartRun } from '../fixtures/quickstart-run.ts'

const turn = () => new Promise((resolve) => setTimeout(resolve, 20))
let unmount: (() => void) | undefined
afterEach(() => unmount?.())

interface Shown {
  readonly columns?: number
  readonly rows?: number
  readonly second?: number
  readonly color?: boolean
}

/** The app with a run's events up to a second, on a terminal of a size. */
async function show(
  events: readonly RunEvent[],
  { columns = 80, rows = 40, second = 1000, color = false }: Shown = {},
) {
  const store = new RunStore()
  const onStop = vi.fn()
  const lines = createPlainLines({ color: false, unicode: true, annotations: false, debug: false })
  const add = (more: readonly RunEvent[]) => {
    more.reduce((state, event) => {
      const after = applyEvent(state, event)
      store.add(event, after, lines(event, after))
      return after
    }, store.read().state)
    store.flush()
  }
  const app = render(
    <App
      store={store}
      color={color}
      debug={false}
      onStop={onStop}
      size={{ columns, rows }}
      clock={() => startOfRun + second * 1000}
    />,
  )
  unmount = app.unmount
  add(upTo(events, second))
  await turn()
  const frame = () => (app.lastFrame() ?? '').split('\n')
  return { ...app, store, onStop, add, frame, text: () => frame().join('\n') }
}

describe('while a search runs', () => {
  const middle = { second: 22.8 } // level-04 is the sixth of eight; its first two chains are half done

  test('at 80 columns: stages, claim, levels, running chains, curve, progress and keys', async () => {
    const { frame } = await show(quickstartRun, middle)
    const lines = frame()
    expect(lines[0]).toBe(`assay quickstart${'23 s'.padStart(64)}`)
    expect(lines[1]).toMatch(/^● subject +model +cached$/)
    expect(lines[2]).toMatch(/^✓ text +text +0\.3 s$/)
    expect(lines[5]).toMatch(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ioi +coarsest +22 s {2}accuracy >= 0\.95$/)
    expect(lines[6]).toMatch(/^ {2}level +dose +loss +× gap {2}accuracy +facts$/)
    expect(lines).toContain('✓ level-02  nβ 5600    0.5842 ± 0.0013    5.0  0.991 [0.975, 0.999]  0.903')
    expect(lines).toContain('✗ level-03  nβ 700     0.813 ± 0.012       44  0.601 [0.540, 0.660]  0.204')
    expect(lines.find((line) => line.includes('level-04/degrade/chain-0'))).toMatch(/━+─+ +50 % {2}step 450 of 900/)
    expect(lines.join('\n')).toMatch(/╰─ 0\.561 ─+ loss, nats\/token ─+ 0\.813 ─/)
    expect(lines.at(-1)).toMatch(/^4 of 5 stages · level ends in about \d s, then unknown +s lines · q stop$/)
  })

  test.each([
    [120, 50],
    [80, 24],
    [80, 12],
    [40, 24],
    [40, 10],
    [20, 6],
  ])('at %d × %d nothing is wider or taller than the terminal', async (columns, rows) => {
    for (const second of [0.2, 3, 22.8, 34]) {
      const { frame } = await show(quickstartRun, { columns, rows, second })
      expect(Math.max(...frame().map((line) => [...line].length))).toBeLessThanOrEqual(columns)
      expect(frame().length).toBeLessThan(rows)
      unmount?.()
    }
  })

  test('at 120 columns what is beside the claim has its interval too, and the verdict its word', async () => {
    const { text } = await show(quickstartRun, { ...middle, columns: 120 })
    expect(text()).toContain(
      '✗ level-03  nβ 700     0.813 ± 0.012       44  0.601 [0.540, 0.660]  0.204 [0.150, 0.260]  failed',
    )
  })

  test('finished chains are folded: only running ones are shown', async () => {
    const { text } = await show(quickstartRun, { second: 24 })
    expect(text()).not.toContain('chain-0')
    expect(text()).toContain('chain-2')
  })
})

test('a failed stage says why and what to do; skipped ones say because of what', async () => {
  const { text } = await show(failedRun, { columns: 60, second: 0.3 })
  expect(text()).toMatch(/✗ subject +model +failed\n {4}models\/tiny\/model\.safetensors is cut short: the header/)
  expect(text()).toContain('    Copy the file again.')
  expect(text()).toMatch(/– text +text +skipped {2}subject failed/)
})

test('a cancelled run is no failure', async () => {
  const { text, store } = await show(cancelledRun)
  store.end()
  await turn()
  expect(text()).toMatch(/– ioi +coarsest +cancelled {2}accuracy >= 0\.95/)
  expect(text()).toContain('cancelled after 16 s · 24 finished · 1 cached')
  expect(text()).not.toContain('✗ ioi')
})

test('after the last event everything stays: levels, curve, answer in a box, summary', async () => {
  const { text, store } = await show(quickstartRun, { rows: 10 })
  store.end()
  await turn()
  expect(text()).toContain('✓ level-05  nβ 3000    0.603 ± 0.003      8.2  0.975 [0.957, 0.988]  0.818')
  expect(text()).toContain('│ IOI holds up to a loss of 0.603 nats per token, 8.2 times the natural gap.   │')
  expect(text()).toMatch(/╯\ndone in 35 s · 60 finished · 1 cached/)
  expect(text()).not.toContain('q stop')
})

test('without colour there is not one escape sequence', async () => {
  const { frames, store } = await show(quickstartRun, { color: false })
  store.end()
  await turn()
  expect(frames.join('')).not.toContain('\u001b')
})

test('s switches to plain lines and back, printing each line once', async () => {
  const { stdin, add, text } = await show(quickstartRun, { second: 5 })
  expect(text()).not.toContain('▸ natural')
  stdin.write('s')
  await turn()
  expect(text()).toContain('▸ natural   natural-scale  started')
  expect(text()).not.toContain('● subject  model ')
  add(upTo(quickstartRun, 10).filter((event) => Date.parse(event.at) > startOfRun + 5000))
  await turn()
  expect(text().split('level-00  nβ 24000  loss').length - 1).toBe(1)
  stdin.write('s')
  await turn()
  expect(text()).toMatch(/✓ natural +natural-scale +0\.5 s\n[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ioi/)
})

test('q and Ctrl-C ask to stop', async () => {
  const { stdin, onStop } = await show(quickstartRun, { second: 5 })
  stdin.write('q')
  await turn()
  stdin.write('\u0003')
  await turn()
  expect(onStop).toHaveBeenCalledTimes(2)
})

test('many stages are folded into a line each for finished and waiting ones', async () => {
  const heads = Array.from({ length: 60 }, (_, index) => ({ id: `stage-${index}`, use: 'text', needs: [] }))
  const base = quickstartRun[0]!
  const events: RunEvent[] = [
    { ...base, stages: heads } as RunEvent,
    ...heads.slice(0, 30).map(({ id }): RunEvent => ({
      v: 1,
      seq: 1,
      at: base.at,
      type: 'stage-finished',
      stage: id,
      outputs: {},
      report: [],
      seconds: 1,
    })),
    { v: 1, seq: 2, at: base.at, type: 'stage-started', stage: 'stage-30', with: {} },
  ]
  const { text, frame } = await show(events, { rows: 24 })
  expect(frame().length).toBeLessThan(24)
  expect(text()).toContain('✓ 30 finished')
  expect(text()).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] stage-30 +text/)
  expect(text()).toMatch(/· \d+ waiting/)
})
