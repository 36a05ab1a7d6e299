import type { Progress } from '../../stage/stage-context.ts'
import type { StageJob, StageResult } from './job.ts'

export interface JobHooks {
  /** The job has got a place to run. */
  started(): void
  progress(progress: Progress): void
  /** Aborted: the stage is asked to save its checkpoint and stop; the result is then a `cancelled` failure. */
  readonly signal: AbortSignal
}

/** Runs stages somewhere. Never rejects for what a stage does: a crash is a result too. */
export interface Executor {
  run(job: StageJob, hooks: JobHooks): Promise<StageResult>
  /** Ends at once whatever runs; nothing is saved. */
  kill(): void
  /** Ends everything it started. */
  close(): Promise<void>
}
