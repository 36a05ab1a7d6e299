import type { JsonObject } from '../base/json.ts'
import type { ArtifactList, ArtifactRef, ArtifactType } from '../stage/artifact.ts'
import type { CommandLine } from '../stage/command-line.ts'
import type { StageKind, Template } from '../stage/stage-kind.ts'
import type { Outputs } from './event.ts'
import type { Failure } from './failure.ts'
import type { RunPolicy } from './run-policy.ts'
import type { StageKey } from './stage-key.ts'

export type Templates = Readonly<Record<string, Template | Readonly<Record<string, Template>>>>

/** A stage whose inputs are all known: it can be keyed, looked up and run. */
export interface ReadyStage {
  /** Full id, such as `ioi/level-03/degrade`. */
  readonly id: string
  readonly kind: StageKind
  readonly with: JsonObject
  readonly inputs: Readonly<Record<string, ArtifactRef | ArtifactList>>
  readonly templates: Templates
  readonly command?: CommandLine
  /** How it is run; of it only the number of threads enters the key. A growing stage hands it down to each of its children. */
  readonly policy?: RunPolicy
  /** What seeds of children derive from: the stage's own seed, or where it has none that of what it stands in. */
  readonly seedBase: number | string
  /** 16 hexadecimal digits; used and keyed by seeded kinds only. */
  readonly seed: string
}

/** What a stage gives: declared by its kind, or for a command where it is written. */
export const outputPorts = ({ kind, command }: ReadyStage): Readonly<Record<string, { readonly type: ArtifactType }>> =>
  command?.outputs ?? kind.outputs

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
  /** `unwanted`: because of a `when`, its own or that of a stage it needs; a run with such stages is none that failed. */
  | { readonly status: 'skipped'; readonly unwanted?: true }

export const isDone = (outcome: StageOutcome): outcome is Extract<StageOutcome, { status: 'done' }> =>
  outcome.status === 'done'
