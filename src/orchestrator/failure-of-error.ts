import { fileURLToPath } from 'node:url'
import { StageError, type ProcessEnded } from '../stage/stage-context.ts'
import type { Failure } from './failure.ts'

/**
 * A thrown error as a failure. A {@link StageError} is a message for the user; an error of the operating system (disk
 * full, no permission) explains itself; of anything else the stack is kept for whoever mends the code.
 */
export function failureOfError(error: unknown, otherwise: 'stage-threw' | 'internal'): Failure {
  if (!(error instanceof Error)) return { reason: otherwise, message: String(error) }
  // By name too: kinds loaded from another copy of the package have a StageError of their own.
  if (error instanceof StageError || error.name === 'StageError') {
    const { help, end } = error as Error & { readonly help?: string; readonly end?: ProcessEnded['end'] }
    if (end !== undefined)
      return 'code' in end
        ? { reason: 'exit', message: error.message, ...end }
        : { reason: 'signal', message: error.message, ...end }
    return { reason: 'stage-threw', message: error.message, ...(help === undefined ? {} : { help }) }
  }
  if ('syscall' in error && 'code' in error) {
    const code = String(error.code)
    const help =
      code === 'ENOSPC' ? 'free some space; a stage that saves checkpoints goes on from the last one' : undefined
    return { reason: 'stage-threw', message: error.message, code, ...(help === undefined ? {} : { help }) }
  }
  return {
    reason: otherwise,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: withoutPlace(error.stack) }),
  }
}

/** Records are shared, so where this package is installed does not belong in them. */
const withoutPlace = (stack: string): string => stack.replaceAll(home.href, '').replaceAll(fileURLToPath(home), '')
const home = new URL('../../', import.meta.url)
