import type { RunState } from '../../orchestrator/state.ts'
import { duration } from '../text/duration.ts'
import { plainText } from '../text/plain-text.ts'
import { truncate } from '../text/truncate.ts'
import { runSummary } from '../view/run-summary.ts'
import type { TimeLeft } from '../view/time-left.ts'
import type { Span } from './span.ts'
import type { Drawing } from './tree-lines.ts'

/** The first line: what runs, and for how long already. `now` in milliseconds since the epoch. */
export function titleLine({ started, finished }: RunState, columns: number, { now }: { readonly now: number }): Span[] {
  const ran =
    finished?.seconds ?? (started === undefined ? undefined : Math.max(0, (now - Date.parse(started.at)) / 1000))
  const time = ran === undefined ? '' : duration(ran)
  const name = truncate(plainText(started?.pipeline ?? ''), Math.max(4, columns - time.length - 10))
  return [
    { text: 'assay ', tone: 'accent' },
    { text: name, tone: 'strong' },
    { text: time.padStart(Math.max(1, columns - 6 - name.length)), tone: 'quiet' },
  ]
}

/** A blank line and the last one: how much is done, the time left and the keys; after the run, its summary. */
export function footerLines(
  state: RunState,
  screen: Drawing['screen'],
  { left }: { readonly left: TimeLeft },
): Span[][] {
  return [
    [{ text: ' ', tone: 'normal' }],
    state.finished === undefined ? progressLine(state, screen, left) : closingLine(state.finished),
  ]
}

function closingLine(finished: NonNullable<RunState['finished']>): Span[] {
  return [
    { text: runSummary(finished), tone: ({ ok: 'good', failed: 'bad', cancelled: 'open' } as const)[finished.outcome] },
  ]
}

function progressLine(state: RunState, { columns, rows, leaves }: Drawing['screen'], left: TimeLeft): Span[] {
  const own = [...state.stages.values()].filter((stage) => stage.parent === undefined)
  if (own.length === 0) return [{ text: 'starting', tone: 'quiet' }]
  const finished = own.filter(({ status }) => status === 'finished' || status === 'cached').length
  const done = `${finished} of ${own.length} stages`
  // In the scrollback nothing moves and no key does anything any more.
  if (rows === Infinity) return [{ text: done, tone: 'normal' }]
  const text = `${done} · ${leftText(left)}`
  const keys = `s lines · q ${leaves ? 'leave' : 'stop'}`
  const space = columns - text.length - keys.length
  return [
    { text, tone: 'normal' },
    { text: space < 2 ? '' : ' '.repeat(space) + keys, tone: 'quiet' },
  ]
}

function leftText({ run, level, atMost }: TimeLeft): string {
  if (run !== undefined) return `${atMost ? 'at most' : 'about'} ${estimated(run)} left`
  return level === undefined ? 'time left unknown' : `level ends in about ${estimated(level)}, then unknown`
}

/** An estimate in whole seconds: tenths would claim too much. */
const estimated = (seconds: number): string => duration(Math.max(1, Math.ceil(seconds))).replace('.0 s', ' s')
