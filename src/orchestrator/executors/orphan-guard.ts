import { Worker } from 'node:worker_threads'

/**
 * Ends this process soon after its parent died, even while a native call holds the JavaScript thread: a thread looks at
 * the parent's pid. (The closed channel to the parent ends a worker too, but only when its event loop turns.)
 */
export function guardAgainstOrphanhood(): void {
  const watch = `
    const parent = process.ppid
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL') }, 250)
  `
  new Worker(watch, { eval: true, execArgv: [], stdin: false }).unref()
}
