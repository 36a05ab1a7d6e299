/** How far a running stage is. `fraction` in [0, 1]; `note` in a few words, such as `step 400 of 900, loss 0.61`. */
export interface Progress {
  readonly fraction: number
  readonly note?: string
}

/** What a running stage gets besides its parameters and inputs. It may write only below `out` and `scratch`. */
export interface StageContext {
  /** 64 bits of seed as 16 hexadecimal digits, derived from the pipeline's seed and the stage's name. */
  readonly seed: string
  /** Aborted when the user cancels; a stage that checkpoints should save and throw `signal.reason`. */
  readonly signal: AbortSignal
  /** Empty folder of this attempt; outputs are published from here. */
  readonly out: string
  /** Folder that outlives a killed attempt of the same stage key: checkpoints go here, written to a temporary name and renamed. */
  readonly scratch: string
  /** Threads this stage may use. */
  readonly threads: number
  /** File for what a command of the stage prints; the run record keeps it. Absent where nobody does. */
  readonly log?: string
  progress(progress: Progress): void
}

/** Thrown by a stage for what the user can mend; shown as one message without a stack trace. */
export class StageError extends Error {
  readonly help: string | undefined
  constructor(message: string, help?: string) {
    super(message)
    this.name = 'StageError'
    this.help = help
  }
}

/** Thrown by a stage whose own process ended badly. What that was may pass, so the stage may be tried again. */
export class ProcessEnded extends StageError {
  /** `said`: the last lines it printed. */
  readonly end: ({ readonly code: number } | { readonly signal: string }) & { readonly said: string }
  constructor(message: string, end: ProcessEnded['end']) {
    super(message)
    this.end = end
  }
}
