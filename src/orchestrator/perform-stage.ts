import { isGrowing } from '../stage/stage-kind.ts'
import type { Failure } from './failure.ts'
import { failureOfError } from './failure-of-error.ts'
import { grow, type GrowthHost } from './growth.ts'
import { readyChild } from './ready-child.ts'
import type { ReadyStage, StageOutcome } from './ready-stage.ts'
import type { RunParts } from './run-parts.ts'
import { keyRecord, stageKey } from './stage-key.ts'
import { stageReport } from './stage-report.ts'
import { performWork } from './work-stage.ts'

/** Performs a stage, growing or not. Never rejects: a fault of ours is an `internal` failure of that stage. */
export async function performStage(stage: ReadyStage, parts: RunParts): Promise<StageOutcome> {
  try {
    return isGrowing(stage.kind) ? await performGrowth(stage, parts) : await performWork(stage, parts)
  } catch (error) {
    return fail(stage, failureOfError(error, 'internal'), parts)
  }
}

export function fail(
  at: { readonly id: string; readonly seconds?: number },
  failure: Failure,
  { emit }: Pick<RunParts, 'emit'>,
): StageOutcome {
  emit({ type: 'stage-failed', stage: at.id, failure, seconds: at.seconds ?? 0 })
  return { status: 'failed', failure }
}

async function performGrowth(stage: ReadyStage, parts: RunParts): Promise<StageOutcome> {
  const { emit } = parts
  const { id, kind } = stage
  const key = stageKey(keyRecord(stage, parts.runtime))
  const seed = kind.seeded ? { seed: stage.seed } : {}
  emit({ type: 'stage-started', stage: id, key, ...seed, with: stage.with })
  const began = performance.now()
  const grown = await grow(stage, growthHost(stage, parts))
  const seconds = (performance.now() - began) / 1000
  if (!grown.ok) return fail({ id, seconds }, grown.failure, parts)
  const { outputs, cached } = grown
  const report = stageReport(kind, { stage: id, with: stage.with, outputs })
  if (cached)
    emit({ type: 'stage-cached', stage: id, key, ...seed, with: stage.with, outputs, report, seconds: grown.seconds })
  else emit({ type: 'stage-finished', stage: id, outputs, report, seconds })
  return { status: 'done', outputs, key, cached, seconds: cached ? grown.seconds : seconds }
}

const growthHost = (stage: ReadyStage, parts: RunParts): GrowthHost => ({
  viewed: (view) => {
    parts.emit({ type: 'search-viewed', stage: stage.id, view })
  },
  perform: (child, parent) => {
    const id = `${parent.id}/${child.name}`
    parts.emit({ type: 'stage-added', stage: { id, use: child.use, needs: [] }, parent: parent.id })
    if (parts.signal.aborted) {
      parts.emit({ type: 'stage-skipped', stage: id, because: 'the run was cancelled' })
      return Promise.resolve({ status: 'skipped' })
    }
    const ready = readyChild(child, parent, parts.catalog)
    return ready.ok ? performStage(ready.value, parts) : Promise.resolve(fail({ id }, ready.error, parts))
  },
})
