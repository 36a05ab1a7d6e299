import type { JsonObject } from '../base/json.ts'
import type { Plan, PlannedStage } from '../compiler/plan.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { isGrowing } from '../stage/stage-kind.ts'
import type { Outputs } from './event.ts'
import { grow } from './growth.ts'
import { lookupStage } from './lookup-stage.ts'
import type { PathArtifacts } from './path-artifacts.ts'
import { readyChild } from './ready-child.ts'
import { isDone, type ReadyStage, type StageOutcome } from './ready-stage.ts'
import { resolveStage } from './resolve-stage.ts'
import { keyRecord, stageKey } from './stage-key.ts'
import type { Store } from './store/store.ts'

export interface ExplainedStage {
  readonly stage: string
  readonly use: string
  /** `unknown`: it depends on results that are still to be made. */
  readonly status: 'cached' | 'will-run' | 'unknown'
  readonly reason: string
}

export interface ExplainParts {
  readonly catalog: StageCatalog
  readonly store: Store
  readonly paths: PathArtifacts
  readonly runtime: JsonObject
  /** Default: nothing is run afresh. */
  readonly fresh?: (id: string) => boolean
}

interface Explanation {
  readonly row: ExplainedStage
  readonly outcome?: StageOutcome
}

/** What `run` would do for each stage of a plan, and why. Reads the store and the inputs; runs and writes nothing. */
export async function explainPlan(plan: Plan, parts: ExplainParts): Promise<ExplainedStage[]> {
  const finished = new Map<string, Outputs>()
  const rows: ExplainedStage[] = []
  for (const stage of plan.stages) {
    const { row, outcome } = await explainStage(stage, { ...parts, seed: plan.seed, finished })
    if (outcome !== undefined && isDone(outcome)) finished.set(stage.id, outcome.outputs)
    rows.push(row)
  }
  return rows
}

type Surroundings = ExplainParts & { readonly seed: number; readonly finished: ReadonlyMap<string, Outputs> }

async function explainStage(stage: PlannedStage, around: Surroundings): Promise<Explanation> {
  const head = { stage: stage.id, use: stage.use }
  const waits = stage.needs.filter((need) => !around.finished.has(need))
  if (waits.length > 0)
    return {
      row: {
        ...head,
        status: 'unknown',
        reason: `decided when ${waits.join(' and ')} ${waits.length === 1 ? 'is' : 'are'} done`,
      },
    }
  const ready = await resolveStage(stage, around)
  if (!ready.ok) return { row: { ...head, status: 'will-run', reason: ready.error.message } }
  const reasons: string[] = []
  const outcome = await lookAt(ready.value, around, reasons)
  if (isDone(outcome)) return { row: { ...head, status: 'cached', reason: 'same key as a stored result' }, outcome }
  return { row: { ...head, status: 'will-run', reason: reasons[0] ?? 'has to run' }, outcome }
}

/** As performing a stage, but a child or stage that is not stored counts as failed, and its reason is noted. */
async function lookAt(stage: ReadyStage, around: Surroundings, reasons: string[]): Promise<StageOutcome> {
  const { runtime } = around
  if (!isGrowing(stage.kind)) {
    const found = await lookupStage(stage, { ...around, fresh: around.fresh ?? (() => false) })
    if (found.hit !== undefined)
      return { status: 'done', outputs: found.hit.outputs, key: found.key, cached: true, seconds: found.hit.seconds }
    reasons.push(stage.id.includes('/') ? `${stage.id}: ${found.because}` : found.because)
    return { status: 'skipped' }
  }
  const grown = await grow(stage, {
    viewed: () => undefined,
    perform: async (child, parent) => {
      const ready = readyChild(child, parent, around.catalog)
      if (ready.ok) return lookAt(ready.value, around, reasons)
      reasons.push(`${parent.id}/${child.name}: ${ready.error.message}`)
      return { status: 'skipped' }
    },
  })
  if (!grown.ok) {
    if (reasons.length === 0) reasons.push(grown.failure.message)
    return { status: 'failed', failure: grown.failure }
  }
  return {
    status: 'done',
    outputs: grown.outputs,
    key: stageKey(keyRecord(stage, runtime)),
    cached: true,
    seconds: grown.seconds,
  }
}
