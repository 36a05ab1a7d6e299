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
import { isWanted } from './resolve-values.ts'
import { keyRecord, stageKey } from './stage-key.ts'
import type { Store } from './store/store.ts'
import { cannotDoWithout, whenInWords } from './unwanted.ts'

export interface ExplainedStage {
  readonly stage: string
  readonly use: string
  /** The search that asked for it; absent for a stage of the pipeline itself. */
  readonly parent?: string
  /** `unknown`: it depends on results that are still to be made. `skipped`: on purpose, by a `when`. */
  readonly status: 'cached' | 'will-run' | 'unknown' | 'skipped'
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

/** What is known while a plan is walked. */
interface Walk extends ExplainParts {
  readonly seed: number
  readonly finished: Map<string, Outputs>
  readonly unwanted: Set<string>
}

/**
 * What `run` would do for each stage of a plan, and why. A search is followed as far as its results are stored; the
 * stages it asks for come after it. Reads the store and the inputs; runs and writes nothing.
 */
export async function explainPlan(plan: Plan, parts: ExplainParts): Promise<ExplainedStage[]> {
  const walk: Walk = { ...parts, seed: plan.seed, finished: new Map(), unwanted: new Set() }
  const rows: ExplainedStage[] = []
  for (const stage of plan.stages) {
    const { status, reason, below = [] } = await explainStage(stage, walk)
    if (status === 'skipped') walk.unwanted.add(stage.id)
    rows.push({ stage: stage.id, use: stage.use, status, reason }, ...below)
  }
  return rows
}

type Explained = Pick<ExplainedStage, 'status' | 'reason'> & { readonly below?: readonly ExplainedStage[] }

async function explainStage(stage: PlannedStage, walk: Walk): Promise<Explained> {
  const { finished, unwanted } = walk
  if (stage.when !== undefined && 'value' in stage.when && stage.when.value === false)
    return { status: 'skipped', reason: whenInWords(stage) }
  const waits = stage.needs.filter((need) => !finished.has(need) && !unwanted.has(need))
  if (waits.length > 0) return { status: 'unknown', reason: waitsFor(waits) }
  const missing = cannotDoWithout(stage, walk.catalog.get(stage.use), unwanted)
  if (missing !== undefined) return { status: 'skipped', reason: missing }
  try {
    if (!isWanted(stage, walk)) return { status: 'skipped', reason: whenInWords(stage) }
  } catch (error) {
    return { status: 'will-run', reason: `it will fail: ${(error as Error).message}` }
  }
  const ready = await resolveStage(stage, walk)
  if (!ready.ok) return { status: 'will-run', reason: `it will fail: ${ready.error.message}` }
  const below: ExplainedStage[] = []
  const { outcome, reason } = await lookAt(ready.value, walk, below)
  if (isDone(outcome)) finished.set(stage.id, outcome.outputs)
  return { status: isDone(outcome) ? 'cached' : 'will-run', reason, below }
}

/** Stages that are named as what another waits for; of more, how many there are. */
const named = 3

function waitsFor(needs: readonly string[]): string {
  const rest = needs.length - named
  const names = rest > 1 ? [...needs.slice(0, named), `${rest} more`] : needs
  return `decided when ${names.join(' and ')} ${needs.length === 1 ? 'is' : 'are'} done`
}

interface Looked {
  readonly outcome: StageOutcome
  readonly reason: string
}

/** As performing a stage, but a stage that is not stored counts as skipped. Rows of children are added to `below`. */
async function lookAt(stage: ReadyStage, walk: Walk, below: ExplainedStage[]): Promise<Looked> {
  if (isGrowing(stage.kind)) return lookAtGrowth(stage, walk, below)
  const found = await lookupStage(stage, { ...walk, fresh: walk.fresh ?? (() => false) })
  if (found.hit === undefined) return { outcome: { status: 'skipped' }, reason: found.because }
  const { outputs, seconds } = found.hit
  return {
    outcome: { status: 'done', outputs, key: found.key, cached: true, seconds },
    reason: 'same key as a stored result',
  }
}

async function lookAtGrowth(stage: ReadyStage, walk: Walk, below: ExplainedStage[]): Promise<Looked> {
  const reasons: string[] = []
  const grown = await grow(stage, {
    viewed: () => undefined,
    perform: async (child, parent) => {
      const id = `${parent.id}/${child.name}`
      const ready = readyChild(child, parent, walk.catalog)
      const inside: ExplainedStage[] = []
      const { outcome, reason }: Looked = ready.ok
        ? await lookAt(ready.value, walk, inside)
        : { outcome: { status: 'skipped' }, reason: `it will fail: ${ready.error.message}` }
      const status = isDone(outcome) ? 'cached' : 'will-run'
      // A search that waits for one of its own stages says so itself; the reason that counts is the innermost.
      if (status === 'will-run') reasons.push(inside.some(isPending) ? reason : `${id}: ${reason}`)
      below.push({ stage: id, use: child.use, parent: parent.id, status, reason }, ...inside)
      return outcome
    },
  })
  if (!grown.ok)
    return { outcome: { status: 'failed', failure: grown.failure }, reason: reasons[0] ?? grown.failure.message }
  const { outputs, seconds } = grown
  const key = stageKey(keyRecord(stage, walk.runtime))
  return {
    outcome: { status: 'done', outputs, key, cached: true, seconds },
    reason: `all of its ${below.length} stages are stored`,
  }
}

const isPending = ({ status }: ExplainedStage): boolean => status === 'will-run'
