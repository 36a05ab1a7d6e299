import type { Failure } from '../../orchestrator/failure.ts'

export interface FailureLines {
  /** What went wrong, and where. */
  readonly message: string
  /** What to do about it, where anybody knows. */
  readonly help?: string
  /** Only where asked for: a stack trace says nothing to who wrote the pipeline. */
  readonly stack?: string
}

/** A failure in words. */
export function failureLines(failure: Failure, debug: boolean): FailureLines {
  switch (failure.reason) {
    case 'stage-threw':
      return {
        message: failure.message,
        ...(failure.help === undefined ? {} : { help: failure.help }),
        ...stackOf(failure, debug),
      }
    case 'exit':
      return { message: `${failure.message} (exit code ${failure.code})${saidLast(failure.said)}` }
    case 'signal':
      return { message: `${failure.message}${saidLast(failure.said)}`, ...signalHelp(failure.signal) }
    case 'timeout':
      return {
        message: failure.message,
        help: 'Raise `timeout:` of the stage, or look in its log for what took so long.',
      }
    case 'cancelled':
      return { message: failure.message }
    case 'internal':
      return {
        message: failure.message,
        help: 'This is a fault of assay, not of the pipeline; --debug shows where.',
        ...stackOf(failure, debug),
      }
  }
}

/** The last lines a command printed, set apart from our own words. */
function saidLast(said = ''): string {
  return said === '' ? '' : `; it last said:\n${said.replaceAll(/^/gm, '  | ')}`
}

function stackOf(failure: { readonly stack?: string }, debug: boolean): { stack?: string } {
  return debug && failure.stack !== undefined ? { stack: failure.stack } : {}
}

function signalHelp(signal: string): { help?: string } {
  return signal === 'SIGKILL'
    ? { help: 'SIGKILL often means that memory ran out; the same command goes on from the last checkpoint.' }
    : {}
}
