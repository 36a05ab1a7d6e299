import type { StageState } from '../../orchestrator/state.ts'
import { duration } from '../text/duration.ts'
import { plainText } from '../text/plain-text.ts'
import { truncate } from '../text/truncate.ts'
import { wrap } from '../text/wrap.ts'
import { failureLines } from '../view/failure-lines.ts'
import type { TreeNode } from '../view/stage-tree.ts'
import type { Span, Tone } from './span.ts'

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly spinner: string
}
/** Widths of the columns of the stage tree, the same in every row. */
export interface TreeWidths {
  readonly columns: number
  readonly name: number
  readonly use: number
}

/** Widths for a forest: as wide as its longest name and kind, as far as the terminal allows. */
export function treeWidths(nodes: readonly TreeNode[], columns: number): TreeWidths {
  const longest = (text: (node: TreeNode) => string) => Math.max(4, ...nodes.map((node) => text(node).length))
  const use =
    columns < 60
      ? 0
      : Math.min(
          20,
          longest(({ stage }) => stage.head.use),
        )
  return {
    columns,
    use,
    name: Math.min(
      longest(({ name }) => name),
      Math.max(8, Math.min(32, columns - use - 16)),
    ),
  }
}

/** A stage of the pipeline: sign, name, kind, time, and what it is doing. */
export function stageLine(node: TreeNode, widths: TreeWidths, clock: Clock): Span[] {
  const { stage } = node
  const { sign, tone } = signOf(stage, clock.spinner)
  const time = timeOf(stage, clock.now)
  const spans: Span[] = [
    { text: `${sign} `, tone },
    {
      text: truncate(plainText(node.name), widths.name).padEnd(widths.name + 2),
      tone: stage.status === 'running' ? 'strong' : stage.status === 'waiting' ? 'quiet' : 'normal',
    },
  ]
  if (widths.use > 0) spans.push({ text: truncate(stage.head.use, widths.use).padEnd(widths.use + 2), tone: 'quiet' })
  spans.push({ text: time.padStart(9), tone: stage.status === 'failed' && !isCancelled(stage) ? 'bad' : 'quiet' })
  const rest = progressSpans(stage, widths.columns - 2 - spans.reduce((sum, { text }) => sum + text.length, 0))
  return rest.length === 0 ? spans : [...spans, { text: '  ', tone: 'normal' }, ...rest]
}

/** A running stage that another one grew: its name below that one, how far it is, and its note. */
export function grownLine(
  { name, stage }: { readonly name: string; readonly stage: StageState },
  columns: number,
  clock: Clock,
): Span[] {
  const width = Math.min(Math.max(name.length, 10), Math.max(10, Math.floor(columns * 0.35)))
  const { sign, tone } = signOf(stage, clock.spinner)
  const spans: Span[] = [
    { text: `  ${sign} `, tone },
    { text: truncate(plainText(name), width).padEnd(width + 2), tone: 'quiet' },
  ]
  const used = spans.reduce((sum, { text }) => sum + text.length, 0)
  const progress = progressSpans(stage, columns - used)
  return progress.length > 0 ? [...spans, ...progress] : [...spans, { text: timeOf(stage, clock.now), tone: 'quiet' }]
}

/** Why a stage failed and what to do, wrapped and indented. */
export function failureSpans(stage: StageState, columns: number, debug: boolean): Span[][] {
  if (stage.failure === undefined || isCancelled(stage)) return []
  const { message, help, stack } = failureLines(stage.failure, debug)
  const lines = (text: string, tone: Tone): Span[][] =>
    wrap(plainText(text), columns - 4).map((line) => [{ text: `    ${line}`, tone }])
  return [
    ...lines(message, 'bad'),
    ...(help === undefined ? [] : lines(help, 'normal')),
    ...(stack === undefined ? [] : lines(stack, 'quiet')),
  ]
}

export const isCancelled = (stage: StageState): boolean => stage.failure?.reason === 'cancelled'

function signOf(stage: StageState, spinner: string): { readonly sign: string; readonly tone: Tone } {
  switch (stage.status) {
    case 'waiting':
      return { sign: '·', tone: 'quiet' }
    case 'running':
      return { sign: spinner, tone: 'accent' }
    case 'cached':
      return { sign: '●', tone: 'accent' }
    case 'finished':
      return { sign: '✓', tone: 'good' }
    case 'failed':
      return isCancelled(stage) ? { sign: '–', tone: 'quiet' } : { sign: '✗', tone: 'bad' }
    case 'skipped':
      return { sign: '–', tone: 'quiet' }
  }
}

function timeOf(stage: StageState, now: number): string {
  switch (stage.status) {
    case 'waiting':
      return ''
    case 'running':
      return stage.startedAt === undefined ? '' : duration(Math.max(0, (now - Date.parse(stage.startedAt)) / 1000))
    case 'cached':
      return 'cached'
    case 'skipped':
      return 'skipped'
    case 'finished':
      return duration(stage.seconds ?? 0)
    case 'failed':
      return isCancelled(stage) ? 'cancelled' : 'failed'
  }
}

/** The rest of a row: a search's claim, why a stage was skipped, or how far it is and its own note. */
function progressSpans(stage: StageState, room: number): Span[] {
  if (stage.status === 'skipped' && stage.because !== undefined)
    return room < 12 ? [] : [{ text: truncate(plainText(stage.because), room), tone: 'quiet' }]
  if (stage.view !== undefined) return room < 12 ? [] : [{ text: plainText(stage.view.claim), tone: 'quiet' }]
  if (stage.status !== 'running' || stage.progress === undefined || room < 8) return []
  const { fraction, note } = stage.progress
  const share = Math.min(1, Math.max(0, fraction))
  const percent = `${Math.floor(share * 100)} %`.padStart(5)
  const width = room >= 60 ? 16 : room >= 20 ? 8 : 0
  const full = Math.round(share * width)
  const bar: Span[] =
    width === 0
      ? []
      : [
          { text: '━'.repeat(full), tone: 'accent' },
          { text: '─'.repeat(width - full), tone: 'quiet' },
        ]
  return [
    ...bar,
    { text: ` ${percent}`, tone: 'normal' },
    ...(note === undefined ? [] : [{ text: `  ${plainText(note)}`, tone: 'quiet' as const }]),
  ]
}
