import { once } from 'node:events'
import type { StageCatalog } from '../../stage/catalog.ts'
import type { Progress } from '../../stage/stage-context.ts'
import { progressEvery } from '../policy.ts'
import type { JobMessage, StageJob, WorkerMessage } from './job.ts'
import { guardAgainstOrphanhood } from './orphan-guard.ts'
import { runJob } from './run-job.ts'

/**
 * The life of a worker process: take a job, run it, send the result, until the parent hangs up. Ctrl-C reaches the whole
 * process group and is the parent's to handle; SIGTERM from the parent stops the job at its next checkpoint.
 */
export async function workerLoop(catalog: StageCatalog): Promise<void> {
  if (process.send === undefined)
    throw new Error('exec-stage is started by assay itself, with a channel to talk through')
  if (!process.connected) process.exit(0)
  guardAgainstOrphanhood()
  let running: AbortController | undefined
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, ignore)
  process.on('SIGTERM', () => {
    if (running === undefined) process.exit(0)
    running.abort(new Error('cancelled'))
  })
  process.on('message', (message: JobMessage) => {
    running = new AbortController()
    void serve(message.job, { catalog, signal: running.signal }).finally(() => {
      running = undefined
    })
  })
  send({ type: 'ready' })
  await once(process, 'disconnect')
  // The parent is gone, so nobody wants the result; a stage that is still at work would go on otherwise.
  process.exit(0)
}

const ignore = (): void => undefined

async function serve(
  job: StageJob,
  { catalog, signal }: { catalog: StageCatalog; signal: AbortSignal },
): Promise<void> {
  const result = await runJob(job, { catalog, signal, progress: throttled(progressEvery) })
  send({ type: 'done', result })
}

/** Reports at most one progress in `milliseconds`; a last one of 1 is never dropped. */
function throttled(milliseconds: number): (progress: Progress) => void {
  let last = -Infinity
  return (progress) => {
    const now = performance.now()
    if (now - last < milliseconds && progress.fraction < 1) return
    last = now
    send({ type: 'progress', progress })
  }
}

function send(message: WorkerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignore)
}
