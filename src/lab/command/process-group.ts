import { spawn } from 'node:child_process'

/** Milliseconds that a command has to leave after SIGTERM before it is killed. */
const grace = 2_000

export interface Ended {
  readonly code?: number
  readonly signal?: string
}

/**
 * Runs a text with `/bin/sh -c` as the leader of a process group of its own; whatever the group still does when the
 * shell has ended is killed. Output goes to the open file `log`. An aborted `signal` ends the group, gently first.
 * Rejects where the shell cannot be started.
 */
export function runGroup(
  text: string,
  {
    cwd,
    env,
    log,
    signal,
  }: {
    readonly cwd: string
    readonly env: NodeJS.ProcessEnv
    readonly log: number
    readonly signal: AbortSignal
  },
): Promise<Ended> {
  const child = spawn('/bin/sh', ['-c', text], { cwd, env, detached: true, stdio: ['ignore', log, log] })
  const { pid } = child
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    if (pid === undefined) return
    const minder = minderOf(pid)
    let last: NodeJS.Timeout | undefined
    const stop = (): void => {
      killGroup(pid, 'SIGTERM')
      last = setTimeout(() => {
        killGroup(pid, 'SIGKILL')
      }, grace)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    child.once('exit', (code, killedBy) => {
      clearTimeout(last)
      signal.removeEventListener('abort', stop)
      killGroup(pid, 'SIGKILL')
      minder.kill('SIGKILL')
      resolve(killedBy === null ? { code: code ?? -1 } : { signal: killedBy })
    })
  })
}

/**
 * A shell that waits until this process is gone, by whatever death, and then kills the group: its standard input is a
 * pipe that only this process holds open.
 */
function minderOf(group: number): ReturnType<typeof spawn> {
  const minder = spawn('/bin/sh', ['-c', `read nothing; kill -s KILL -- -${group}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  minder.on('error', () => undefined)
  minder.unref()
  return minder
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // It is gone already.
  }
}
