import type { JsonObject } from '../base/json.ts'
import type { Plan } from '../compiler/plan.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import type { RunFact } from './event.ts'
import type { Executor } from './executors/executor.ts'
import type { PathArtifacts } from './path-artifacts.ts'
import type { StageKey } from './stage-key.ts'
import type { Store } from './store/store.ts'

/** What a run works with, handed down instead of imported, so that each can be another in a test. */
export interface RunParts {
  readonly plan: Plan
  readonly catalog: StageCatalog
  readonly store: Store
  readonly executor: Executor
  readonly paths: PathArtifacts
  /** Versions that enter every key. */
  readonly runtime: JsonObject
  /** Whether the user asked for this stage to run again. */
  readonly fresh: (id: string) => boolean
  readonly emit: (fact: RunFact) => void
  readonly signal: AbortSignal
  /** Takes what a command printed in one attempt (from 1) into the record. */
  readonly keepLog?: (stage: string, attempt: number, file: string) => void
  /** Work under way by key, so that two equal stages of one run share one attempt. */
  readonly underWay: Map<StageKey, Promise<unknown>>
}
