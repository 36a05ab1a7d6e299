import type { SearchLevel, SearchView } from '../../stage/search-view.ts'
import { fitColumns, type FittedColumn } from './fit-columns.ts'
import type { Span, Tone } from './span.ts'

const signs: Readonly<Record<SearchLevel['status'], { readonly sign: string; readonly tone: Tone }>> = {
  held: { sign: '✓', tone: 'good' },
  failed: { sign: '✗', tone: 'bad' },
  undecided: { sign: '?', tone: 'open' },
  unhealthy: { sign: '!', tone: 'open' },
  running: { sign: '', tone: 'accent' },
}

/**
 * The table of a search's levels: a heading, then at most `rows` levels. Where they do not fit, the coldest give way:
 * the answer lies between the last ones. `spinner` is the sign of the running level.
 */
export function levelLines(
  view: SearchView,
  room: { readonly columns: number; readonly rows: number; readonly spinner: string },
): Span[][] {
  if (view.levels.length === 0 || room.rows < 1) return []
  const columns = fitColumns(view, room.columns - 2)
  const shown = view.levels.length <= room.rows ? view.levels : keepNearest(view.levels, room.rows - 1)
  const hidden = view.levels.length - shown.length
  return [
    [{ text: `  ${columns.map(({ title }) => title).join('')}`, tone: 'quiet' }],
    ...(hidden > 0 ? [[{ text: `  … ${hidden} more`, tone: 'quiet' } as const]] : []),
    ...shown.map((level) => levelSpans(level, columns, room.spinner)),
  ]
}

/** The levels around the place where the claim begins to fail, and the running one. */
function keepNearest(levels: readonly SearchLevel[], count: number): readonly SearchLevel[] {
  const running = levels.findIndex(({ status }) => status === 'running')
  const firstNotHeld = levels.findIndex(({ status }) => status !== 'held')
  const focus = running >= 0 ? running : firstNotHeld >= 0 ? firstNotHeld : levels.length - 1
  const from = Math.max(0, Math.min(levels.length - count, focus - Math.floor(count / 2)))
  return levels.slice(from, from + Math.max(0, count))
}

function levelSpans(level: SearchLevel, columns: readonly FittedColumn[], spinner: string): Span[] {
  const { sign, tone } = signs[level.status]
  const cells = columns.map((column): Span => ({ text: column.cell(level), tone: toneOf(column.key, tone) }))
  return [{ text: `${level.status === 'running' ? spinner : sign} `, tone }, ...cells]
}

function toneOf(key: string, verdict: Tone): Tone {
  if (key === 'status') return verdict
  if (key === 'metric' || key === 'loss') return 'normal'
  return key.endsWith(':range') || key === 'dose' ? 'quiet' : 'normal'
}
