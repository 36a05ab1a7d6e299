import type { Host } from './host.ts'

export interface CancelSignals extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Ctrl-C, SIGTERM and a closed terminal ask a run to stop: stages save their checkpoints. A second one calls `kill`.
 */
export function cancelSignals(host: Pick<Host, 'stderr'>, kill: () => void): CancelSignals {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      kill()
      return
    }
    host.stderr.write('cancelling: stages save where they are; once more to stop at once\n')
    controller.abort(new Error('cancelled'))
  }
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal)
    },
  }
}
