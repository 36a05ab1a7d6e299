import type { Digest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { ArtifactRef } from '../stage/artifact.ts'
import type { ReportBlock } from '../stage/report-block.ts'
import type { SearchView } from '../stage/search-view.ts'
import type { Progress } from '../stage/stage-context.ts'
import type { Failure } from './failure.ts'

/** One line of `events.jsonl`. Plain data, so a saved run replays into any reporter. */
export type RunEvent = { readonly v: 1; readonly seq: number; /** ISO 8601, UTC */ readonly at: string } & RunFact

export type RunFact =
  | {
      readonly type: 'run-started'
      readonly run: string
      readonly pipeline: string
      readonly file: string
      readonly source: Digest
      readonly seed: number
      readonly params: JsonObject
      readonly command: string
      readonly environment: Environment
      readonly stages: readonly StageHead[]
    }
  | { readonly type: 'stage-added'; readonly stage: StageHead; readonly parent: string }
  | {
      readonly type: 'stage-started'
      readonly stage: string
      readonly key?: Digest
      readonly seed?: string
      readonly with: JsonObject
      /** Why it runs instead of being taken from the store. */ readonly because?: string
    }
  | {
      readonly type: 'stage-cached'
      readonly stage: string
      readonly key: Digest
      readonly seed?: string
      readonly with: JsonObject
      readonly outputs: Outputs
      readonly report: readonly ReportBlock[]
      /** Seconds the run that made the result took. */ readonly seconds: number
    }
  | {
      readonly type: 'stage-finished'
      readonly stage: string
      readonly outputs: Outputs
      readonly report: readonly ReportBlock[]
      readonly seconds: number
    }
  | {
      /** An attempt failed in a way that may pass; the stage is started once more after a pause. */
      readonly type: 'stage-retried'
      readonly stage: string
      readonly failure: Failure
      /** Seconds the attempt took. */ readonly seconds: number
      /** Of the attempt to come, the first being 1. */ readonly attempt: number
      readonly attempts: number
      /** Seconds until then. */ readonly pause: number
    }
  | { readonly type: 'stage-failed'; readonly stage: string; readonly failure: Failure; readonly seconds: number }
  | {
      readonly type: 'stage-skipped'
      readonly stage: string
      readonly because: string
      /** By a `when`, not because something failed. */ readonly unwanted?: true
    }
  | { readonly type: 'search-viewed'; readonly stage: string; readonly view: SearchView }
  | { readonly type: 'stage-progressed'; readonly stage: string; readonly progress: Progress } // shown, never stored
  | {
      readonly type: 'run-finished'
      readonly outcome: 'ok' | 'failed' | 'cancelled'
      readonly seconds: number
      readonly counts: Readonly<Record<'finished' | 'cached' | 'failed' | 'skipped', number>>
    }

export type Outputs = Readonly<Record<string, ArtifactRef>>
export interface StageHead {
  readonly id: string
  readonly use: string
  readonly needs: readonly string[]
}
export interface Environment {
  readonly assay: string
  readonly node: string
  readonly onnxruntime: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly git?: { readonly commit: string; readonly dirty: boolean }
  readonly [key: string]: Json | undefined
}
