import type { RunState } from '../../orchestrator/state.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { heatmapLines } from '../text/heatmap-lines.ts'

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

/** Where no stage answers anything: the texts and heat maps of the stages that nothing waits for. */
export function closingTexts(state: RunState): readonly Extract<ReportBlock, { type: 'text' }>[] {
  const stages = [...state.stages.values()].filter((stage) => stage.parent === undefined)
  const needed = new Set(stages.flatMap((stage) => stage.head.needs))
  return stages
    .filter((stage) => !needed.has(stage.head.id))
    .flatMap((stage) => stage.report ?? [])
    .flatMap((block) => {
      if (block.type === 'heatmap') return [{ type: 'text' as const, title: block.title, lines: heatmapLines(block) }]
      return block.type === 'text' ? [block] : []
    })
}

const isAnswer = (block: ReportBlock): block is AnswerBlock => block.type === 'answer'
