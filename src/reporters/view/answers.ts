import type { RunState } from '../../orchestrator/state.ts'
import type { ReportBlock } from '../../stage/report-block.ts'

export type AnswerBlock = Extract<ReportBlock, { type: 'answer' }>

/** The answers of a run: those of the pipeline's own stages, or else those of grown ones. */
export function answersOf(state: RunState): readonly AnswerBlock[] {
  const stages = [...state.stages.values()]
  const own = stages.filter((stage) => stage.parent === undefined).flatMap((stage) => stage.report ?? [])
  const blocks = own.some(isAnswer) ? own : stages.flatMap((stage) => stage.report ?? [])
  return blocks.filter(isAnswer)
}

/** Where no stage answers anything: the text blocks of the stages that nothing waits for. */
export function closingTexts(state: RunState): readonly Extract<ReportBlock, { type: 'text' }>[] {
  const stages = [...state.stages.values()].filter((stage) => stage.parent === undefined)
  const needed = new Set(stages.flatMap((stage) => stage.head.needs))
  return stages
    .filter((stage) => !needed.has(stage.head.id))
    .flatMap((stage) => stage.report ?? [])
    .filter((block) => block.type === 'text')
}

const isAnswer = (block: ReportBlock): block is AnswerBlock => block.type === 'answer'
