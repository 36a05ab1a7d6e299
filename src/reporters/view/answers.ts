import type { RunState } from '../../orchestrator/state.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { heatmapLines } from '../text/heatmap-lines.ts'
import { tableLines } from '../text/table-lines.ts'
import { figuresOf } from './figures-of.ts'

export type AnswerBlock = Extract<ReportBlock, { type: 'answer' }>

/** The answers of a run: those of the pipeline's own stages, or else those of grown ones. */
export function answersOf(state: RunState): readonly AnswerBlock[] {
  const stages = [...state.stages.values()].map(({ head, parent, report = [] }) => ({
    id: head.id,
    own: parent === undefined,
    answers: report.filter(isAnswer),
  }))
  const own = stages.filter((stage) => stage.own && stage.answers.length > 0)
  const answering = own.length > 0 ? own : stages.filter((stage) => stage.answers.length > 0)
  // Among several, each says whose it is.
  return answering.flatMap(({ id, answers }) =>
    answering.length === 1 ? answers : answers.map((answer) => ({ ...answer, headline: `${id}: ${answer.headline}` })),
  )
}

type TextBlock = Extract<ReportBlock, { type: 'text' }>

/** Of tables in a terminal; larger ones are for the report. */
const most = { rows: 12, columns: 116 }

/** Where no stage answers anything: what the stages that nothing waits for have to say. */
export function closingTexts(state: RunState): readonly TextBlock[] {
  const stages = [...state.stages.values()].filter((stage) => stage.parent === undefined)
  const needed = new Set(stages.flatMap((stage) => stage.head.needs))
  return stages
    .filter((stage) => !needed.has(stage.head.id))
    .flatMap(({ head, report = [], outputs = {} }) => {
      const blocks = report.flatMap(asText)
      const texts = blocks.length > 0 ? blocks : report.flatMap(smallTable)
      if (texts.length > 0) return texts
      const lines = figuresOf(outputs)
      return lines.length > 0 ? [{ type: 'text' as const, title: head.id, lines }] : []
    })
}

function asText(block: ReportBlock): TextBlock[] {
  if (block.type === 'heatmap') return [{ type: 'text', title: block.title, lines: heatmapLines(block) }]
  return block.type === 'text' ? [block] : []
}

function smallTable(block: ReportBlock): TextBlock[] {
  if (block.type !== 'table' || block.rows.length > most.rows) return []
  const lines = tableLines(block)
  return lines.some((line) => line.length > most.columns) ? [] : [{ type: 'text', title: block.title, lines }]
}

const isAnswer = (block: ReportBlock): block is AnswerBlock => block.type === 'answer'
