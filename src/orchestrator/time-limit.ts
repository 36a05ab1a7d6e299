import type { JobHooks } from './executors/executor.ts'
import type { StageResult } from './executors/job.ts'

/**
 * Runs a job with a limit of `seconds` from its start. At the limit it is stopped as if cancelled (so that it may save
 * a checkpoint), and the result is a `timeout` failure. Without a limit it just runs.
 */
export async function withTimeLimit(
  seconds: number | undefined,
  hooks: JobHooks,
  run: (hooks: JobHooks) => Promise<StageResult>,
): Promise<StageResult> {
  if (seconds === undefined) return run(hooks)
  const limit = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const result = await run({
    ...hooks,
    signal: AbortSignal.any([hooks.signal, limit.signal]),
    progress: (progress) => {
      hooks.progress(progress)
    },
    started: () => {
      hooks.started()
      timer = setTimeout(() => {
        limit.abort(new Error('timeout'))
      }, seconds * 1000)
    },
  })
  clearTimeout(timer)
  if (result.ok || !limit.signal.aborted || hooks.signal.aborted) return result
  const message = `it took longer than its timeout of ${seconds} s and was stopped`
  return { ok: false, seconds: result.seconds, failure: { reason: 'timeout', message, seconds } }
}
