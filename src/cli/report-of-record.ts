import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readRunLog, replay, runLogName } from '../orchestrator/run-log.ts'
import type { RunState } from '../orchestrator/state.ts'
import { chartPicture } from '../reporters/html/chart-picture.ts'
import { renderReport, type ReportExtra } from '../reporters/html/report.ts'
import { UserError } from './user-error.ts'

/** The report of a run from its record alone: events, the pipeline's text and the plan. Throws UserError on a broken record. */
export function reportOfRecord(folder: string): string {
  const plan = readPlan(join(folder, 'plan.json'))
  return renderReport(stateOfRecord(folder), {
    pipelineText: textOf(join(folder, 'pipeline.yaml')) ?? '',
    ...(plan === undefined ? {} : { plan }),
  })
}

/** The first chart of a run as an SVG file of its own. Throws UserError where the run drew none. */
export function pictureOfRecord(folder: string): string {
  const blocks = [...stateOfRecord(folder).stages.values()].flatMap((stage) => stage.report ?? [])
  const chart = blocks.find((block) => block.type === 'line-chart')
  if (chart === undefined)
    throw new UserError(`no stage of ${basename(folder)} drew a chart`, 'only finished searches and curves do')
  return chartPicture(chart)
}

function stateOfRecord(folder: string): RunState {
  const state = replay(readRunLog(folder).events)
  if (state.started === undefined)
    throw new UserError(
      `${join(basename(folder), runLogName)} holds no event of a run's start`,
      'the record is broken: run the pipeline again',
    )
  return state
}

const textOf = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

function readPlan(path: string): ReportExtra['plan'] {
  const text = textOf(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as ReportExtra['plan']
  } catch {
    throw new UserError(
      `${basename(path)} of this run is not JSON`,
      'restore it from version control, or delete it: the report needs only events.jsonl',
    )
  }
}
