import type { JsonObject } from '../base/json.ts'
import type { ArtifactRef } from '../stage/artifact.ts'
import type { StageKind, Template } from '../stage/stage-kind.ts'
import type { Outputs } from './event.ts'
import type { Failure } from './failure.ts'
import type { StageKey } from './stage-key.ts'

export type Templates = Readonly<Record<string, Template | Readonly<Record<string, Template>>>>

/** A stage whose inputs are all known: it can be keyed, looked up and run. */
export interface ReadyStage {
  /** Full id, such as `ioi/level-03/degrade`. */
  readonly id: string
  readonly kind: StageKind
  readonly with: JsonObject
  readonly inputs: Readonly<Record<string, ArtifactRef>>
  readonly templates: Templates
  /** What seeds of children derive from: the stage's own seed, or where it has none that of what it stands in. */
  readonly seedBase: number | string
  /** 16 hexadecimal digits; used and keyed by seeded kinds only. */
  readonly seed: string
}

/** How a stage ended. `cached`: nothing had to run for it. `seconds`: what it took when it ran. */
export type StageOutcome =
  | {
      readonly status: 'done'
      readonly outputs: Outputs
      readonly key: StageKey
      readonly cached: boolean
      readonly seconds: number
    }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'skipped' }

export const isDone = (outcome: StageOutcome): outcome is Extract<StageOutcome, { status: 'done' }> =>
  outcome.status === 'done'
