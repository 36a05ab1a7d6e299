/**
 * How a stage went wrong. Expected outcomes of a run, not bugs of ours (`internal` is). `said`: the last lines that a
 * command printed.
 */
export type Failure =
  | {
      readonly reason: 'stage-threw'
      readonly message: string
      readonly help?: string
      readonly stack?: string
      /** Of an error of the operating system, such as `ENOSPC`. */
      readonly code?: string
    }
  | { readonly reason: 'exit'; readonly message: string; readonly code: number; readonly said?: string }
  | { readonly reason: 'signal'; readonly message: string; readonly signal: string; readonly said?: string }
  | { readonly reason: 'timeout'; readonly message: string; /** Of the limit. */ readonly seconds: number }
  | { readonly reason: 'cancelled'; readonly message: string }
  | { readonly reason: 'internal'; readonly message: string; readonly stack?: string }
