import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedRetry } from '../compiler/plan.ts'
import type { Failure } from './failure.ts'

/** Seconds to wait after the n-th attempt (from 1) failed. */
export function pauseAfter({ backoff, delay }: PlannedRetry, attempt: number): number {
  switch (backoff) {
    case 'none':
      return delay
    case 'linear':
      return delay * attempt
    case 'exponential':
      return delay * 2 ** (attempt - 1)
  }
}

/** What may pass by itself. Bad input, a wrong output or a fault of ours stays what it is however often it is tried. */
export function mayPass({ reason }: Failure): boolean {
  switch (reason) {
    case 'exit':
    case 'signal':
    case 'timeout':
      return true
    case 'stage-threw':
    case 'cancelled':
    case 'internal':
      return false
  }
}

/** Waits; false if `signal` was aborted before the time was over. */
export async function pause(seconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(seconds * 1000, undefined, { signal })
    return true
  } catch {
    return false
  }
}
