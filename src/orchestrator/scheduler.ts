import type { PlannedStage } from '../compiler/plan.ts'
import type { Outputs } from './event.ts'
import { fail, performStage } from './perform-stage.ts'
import { isDone, type StageOutcome } from './ready-stage.ts'
import { resolveStage } from './resolve-stage.ts'
import type { RunParts } from './run-parts.ts'

export type RunOutcome = 'ok' | 'failed' | 'cancelled'

/**
 * Runs a plan: each stage as soon as what it needs is done, independent ones side by side (the executor bounds how
 * many). What needs a failed stage is skipped with the reason; the rest goes on.
 */
export async function runPlan(parts: RunParts): Promise<RunOutcome> {
  const outcomes = new Map<string, Promise<StageOutcome>>()
  const finished = new Map<string, Outputs>()
  for (const stage of parts.plan.stages) outcomes.set(stage.id, runWhenReady(stage, { outcomes, finished }, parts))
  const ended = await Promise.all(outcomes.values())
  if (ended.every(isDone)) return 'ok'
  return parts.signal.aborted ? 'cancelled' : 'failed'
}

interface Board {
  readonly outcomes: ReadonlyMap<string, Promise<StageOutcome>>
  readonly finished: Map<string, Outputs>
}

async function runWhenReady(stage: PlannedStage, board: Board, parts: RunParts): Promise<StageOutcome> {
  const because = await whatIsMissing(stage, board)
  if (because !== undefined || parts.signal.aborted) {
    parts.emit({
      type: 'stage-skipped',
      stage: stage.id,
      because: parts.signal.aborted ? 'the run was cancelled' : (because ?? ''),
    })
    return { status: 'skipped' }
  }
  const { catalog, paths, plan } = parts
  const ready = await resolveStage(stage, { catalog, paths, seed: plan.seed, finished: board.finished })
  if (!ready.ok) return fail(stage, ready.error, parts)
  const outcome = await performStage(ready.value, parts)
  if (isDone(outcome)) board.finished.set(stage.id, outcome.outputs)
  return outcome
}

async function whatIsMissing(stage: PlannedStage, { outcomes }: Board): Promise<string | undefined> {
  for (const need of stage.needs) {
    const outcome = await outcomes.get(need)
    if (outcome === undefined) throw new Error(`stage ${stage.id} comes before ${need}, which it needs`)
    if (!isDone(outcome)) return `${need} ${outcome.status === 'failed' ? 'failed' : 'was skipped'}`
  }
  return undefined
}
