import picocolors from 'picocolors'
import type { RunEvent, StageHead } from '../orchestrator/event.ts'
import type { Failure } from '../orchestrator/failure.ts'
import type { RunState } from '../orchestrator/state.ts'
import type { SearchLevel, SearchView } from '../stage/search-view.ts'
import { duration } from './text/duration.ts'
import { plainText } from './text/plain-text.ts'
import { toAscii } from './text/to-ascii.ts'
import { answersOf, closingTexts } from './view/answers.ts'
import { failureLines } from './view/failure-lines.ts'
import { levelLine } from './view/level-line.ts'
import { runSummary } from './view/run-summary.ts'

export interface PlainStyle {
  readonly color: boolean
  readonly unicode: boolean
  /** Adds GitHub's `::error` lines, which it shows at the top of a job. */
  readonly annotations: boolean
  readonly debug: boolean
}
type Colors = ReturnType<typeof picocolors.createColors>
interface Writer {
  readonly style: PlainStyle
  readonly colors: Colors
  /** Last status told of each level, so that a view sent again tells nothing twice. */
  readonly told: Map<string, SearchLevel['status']>
}

/** Makes the function from an event to the lines it is worth. It remembers which levels it has told of. */
export function createPlainLines(style: PlainStyle): (event: RunEvent, state: RunState) => readonly string[] {
  const writer: Writer = { style, colors: picocolors.createColors(style.color), told: new Map() }
  const finish = (line: string) => (style.unicode ? line : toAscii(line))
  return (event, state) => linesFor(event, state, writer).map(finish)
}

function linesFor(event: RunEvent, state: RunState, writer: Writer): readonly string[] {
  const { colors } = writer
  const row = (mark: string, end: string) => `${mark} ${nameColumns(stageOf(event), state)}  ${end}`
  switch (event.type) {
    case 'run-started':
      return [
        colors.bold(`assay · ${plainText(event.pipeline)} · seed ${event.seed}`),
        colors.dim(plainText(event.command)),
      ]
    case 'stage-started':
      return isOwn(state, event.stage)
        ? [row(colors.cyan('▸'), event.because === undefined ? 'started' : `started: ${plainText(event.because)}`)]
        : []
    case 'stage-cached':
      return isOwn(state, event.stage) ? [row(colors.cyan('●'), 'cached')] : []
    case 'stage-finished':
      return isOwn(state, event.stage) ? [row(colors.green('✓'), duration(event.seconds).padStart(5))] : []
    case 'stage-failed':
      if (event.failure.reason === 'cancelled')
        return [row(colors.dim('–'), `cancelled after ${duration(event.seconds)}`)]
      return [
        row(colors.red('✗'), `failed after ${duration(event.seconds)}`),
        ...failed(event.stage, event.failure, writer),
      ]
    case 'stage-retried':
      return [
        row(
          colors.yellow('↻'),
          `${plainText(event.failure.message)}; attempt ${event.attempt} of ${event.attempts} in ${duration(event.pause)}`,
        ),
      ]
    case 'stage-skipped':
      return [row(colors.dim('–'), `skipped: ${plainText(event.because)}`)]
    case 'search-viewed':
      return levelLines(event.stage, event.view, writer)
    case 'run-finished':
      return ['', ...closing(state, colors), runSummary(event)]
    case 'stage-added':
    case 'stage-progressed':
      return []
  }
}

/** A stage of the pipeline itself; grown ones are told of through their search's levels. */
const isOwn = (state: RunState, id: string): boolean => state.stages.get(id)?.parent === undefined

const stageOf = (event: RunEvent): string => ('stage' in event && typeof event.stage === 'string' ? event.stage : '')

/** A stage's id and kind, padded to the widest of the pipeline's own. */
function nameColumns(id: string, state: RunState): string {
  const [ids, uses] = columnsOf(state)
  return `${plainText(id).padEnd(ids)}  ${(state.stages.get(id)?.head.use ?? '').padEnd(uses)}`
}

/** Once a run: a line an event would otherwise cost a walk over all stages. */
const columns = new WeakMap<object, readonly [number, number]>()

function columnsOf({ started }: RunState): readonly [number, number] {
  if (started === undefined) return [8, 8]
  const known = columns.get(started)
  if (known !== undefined) return known
  const width = (text: (head: StageHead) => string) =>
    started.stages.reduce((widest, head) => Math.min(28, Math.max(widest, text(head).length)), 8)
  const both = [width(({ id }) => id), width(({ use }) => use)] as const
  columns.set(started, both)
  return both
}

function failed(stage: string, failure: Failure, { style, colors }: Writer): string[] {
  const { message, help, stack } = failureLines(failure, style.debug)
  const indent = (text: string) =>
    plainText(text)
      .split('\n')
      .map((line) => `    ${line}`)
  const lines = [
    ...indent(message).map((line) => colors.red(line)),
    ...(help === undefined ? [] : indent(`help: ${help}`)),
  ]
  if (stack !== undefined) lines.push(...indent(stack).map((line) => colors.dim(line)))
  if (style.annotations) lines.push(annotation(stage, help === undefined ? message : `${message}\n${help}`))
  return lines
}

/** GitHub's workflow command; its own escapes keep a message from ending the command early. */
function annotation(stage: string, message: string): string {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return `::error title=${property(`stage ${stage} failed`)}::${data(message)}`
}

function levelLines(stage: string, view: SearchView, { told, colors }: Writer): string[] {
  const news = view.levels.filter((level) => told.get(`${stage}/${level.name}`) !== level.status)
  for (const level of news) told.set(`${stage}/${level.name}`, level.status)
  const tint = {
    held: colors.green,
    failed: colors.red,
    undecided: colors.yellow,
    unhealthy: colors.yellow,
    running: colors.dim,
  }
  return news.map((level) => `  ${levelLine(view, level, tint[level.status])}`)
}

function closing(state: RunState, colors: Colors): string[] {
  const tint = { good: colors.green, bad: colors.red, open: colors.yellow }
  const answers = answersOf(state).flatMap((block) => [
    colors.bold(tint[block.tone](plainText(block.headline))),
    ...block.lines.map((line) => `  ${plainText(line)}`),
    '',
  ])
  if (answers.length > 0) return answers
  return closingTexts(state).flatMap((block) => [
    colors.bold(plainText(block.title)),
    ...block.lines.map((line) => `  ${plainText(line)}`),
    '',
  ])
}
