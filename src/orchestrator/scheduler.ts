import type { PlannedStage } from '../compiler/plan.ts'
import type { Outputs } from './event.ts'
import { failureOfError } from './failure-of-error.ts'
import { fail, performStage } from './perform-stage.ts'
import { isDone, type StageOutcome } from './ready-stage.ts'
import { resolveStage } from './resolve-stage.ts'
import { isWanted } from './resolve-values.ts'
import type { RunParts } from './run-parts.ts'
import { cannotDoWithout, whenInWords } from './unwanted.ts'

export type RunOutcome = 'ok' | 'failed' | 'cancelled'

/**
 * Runs a plan: each stage as soon as what it needs is done, independent ones side by side (the executor bounds how
 * many). What needs a failed stage is skipped with the reason; the rest goes on.
 */
export async function runPlan(parts: RunParts): Promise<RunOutcome> {
  const outcomes = new Map<string, Promise<StageOutcome>>()
  const board: Board = { outcomes, finished: new Map(), unwanted: new Set() }
  for (const stage of parts.plan.stages) outcomes.set(stage.id, runWhenReady(stage, board, parts))
  const ended = await Promise.all(outcomes.values())
  if (ended.every((outcome) => isDone(outcome) || isUnwanted(outcome))) return 'ok'
  return parts.signal.aborted ? 'cancelled' : 'failed'
}

interface Board {
  readonly outcomes: ReadonlyMap<string, Promise<StageOutcome>>
  readonly finished: Map<string, Outputs>
  /** Stages that a `when`, theirs or that of a stage they need, kept from running. */
  readonly unwanted: Set<string>
}

const isUnwanted = (outcome: StageOutcome): boolean => outcome.status === 'skipped' && outcome.unwanted === true

async function runWhenReady(stage: PlannedStage, board: Board, parts: RunParts): Promise<StageOutcome> {
  const because = await whatIsMissing(stage, board)
  if (parts.signal.aborted) return skip(stage, 'the run was cancelled', parts)
  if (because !== undefined) return skip(stage, because, parts)
  const { catalog, paths, plan } = parts
  const unwanted = whyUnwanted(stage, board, parts)
  if (unwanted instanceof Error) return fail(stage, failureOfError(unwanted, 'internal'), parts)
  if (unwanted !== undefined) {
    board.unwanted.add(stage.id)
    parts.emit({ type: 'stage-skipped', stage: stage.id, because: unwanted, unwanted: true })
    return { status: 'skipped', unwanted: true }
  }
  const ready = await resolveStage(stage, { catalog, paths, seed: plan.seed, ...board })
  if (!ready.ok) return fail(stage, ready.error, parts)
  const outcome = await performStage(ready.value, parts)
  if (isDone(outcome)) board.finished.set(stage.id, outcome.outputs)
  return outcome
}

function skip({ id }: PlannedStage, because: string, { emit }: RunParts): StageOutcome {
  emit({ type: 'stage-skipped', stage: id, because })
  return { status: 'skipped' }
}

/** The reason why a stage is not run on purpose; an Error where `when` cannot be computed. */
function whyUnwanted(stage: PlannedStage, board: Board, { catalog }: RunParts): string | Error | undefined {
  const missing = cannotDoWithout(stage, catalog.get(stage.use), board.unwanted)
  if (missing !== undefined) return missing
  try {
    return isWanted(stage, board) ? undefined : whenInWords(stage)
  } catch (error) {
    return error as Error
  }
}

async function whatIsMissing(stage: PlannedStage, { outcomes }: Board): Promise<string | undefined> {
  for (const need of stage.needs) {
    const outcome = await outcomes.get(need)
    if (outcome === undefined) throw new Error(`stage ${stage.id} comes before ${need}, which it needs`)
    if (!isDone(outcome) && !isUnwanted(outcome))
      return `${need} ${outcome.status === 'failed' ? 'failed' : 'was skipped'}`
  }
  return undefined
}
