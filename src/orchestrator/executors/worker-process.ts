import { execa } from 'execa'
import type { Failure } from '../failure.ts'
import { graceOfCancel } from '../policy.ts'
import type { JobHooks } from './executor.ts'
import type { StageJob, StageResult, WorkerMessage } from './job.ts'

/** How to start a worker: `file` and `args` run {@link workerLoop} with a channel to the parent. */
export interface WorkerCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

interface Running {
  readonly hooks: JobHooks
  readonly began: number
  settle(result: StageResult): void
}

/** Characters of a worker's own output that are kept, to be quoted when it crashes. */
const tail = 2_000
/** Milliseconds an idle worker has to leave after the channel was closed. */
const graceOfEnd = 2_000

const start = ({ file, args, env = {} }: WorkerCommand) =>
  execa(file, args, {
    ipc: true,
    serialization: 'json',
    buffer: false,
    reject: false,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    forceKillAfterDelay: false,
  })

/** One worker process: runs one stage after another until it is ended or crashes. */
export class WorkerProcess {
  readonly #process: ReturnType<typeof start>
  readonly #ready: Promise<void>
  readonly #gone: Promise<void>
  #running: Running | undefined
  #said = ''
  #alive = true

  constructor(command: WorkerCommand) {
    this.#process = start(command)
    let ready = (): void => undefined
    this.#ready = new Promise((resolve) => {
      ready = resolve
    })
    this.#process.on('message', (message) => {
      this.#hear(message as WorkerMessage, ready)
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-tail)
      })
    }
    this.#gone = this.#untilGone()
  }

  get pid(): number | undefined {
    return this.#process.pid
  }
  get isAlive(): boolean {
    return this.#alive
  }
  get gone(): Promise<void> {
    return this.#gone
  }

  /** Resolves with the stage's result, a crash of the process included. One at a time. */
  async run(job: StageJob, hooks: JobHooks): Promise<StageResult> {
    const cancel = (): void => {
      this.#cancel()
    }
    const done = new Promise<StageResult>((settle) => {
      this.#running = { hooks, settle, began: performance.now() }
    })
    hooks.signal.addEventListener('abort', cancel, { once: true })
    await Promise.race([this.#ready, this.#gone])
    if (hooks.signal.aborted) cancel()
    // A failed send means the process is going: its end settles the job.
    if (this.#alive) await this.#process.sendMessage({ type: 'run', job } as never).catch(() => undefined)
    try {
      return await done
    } finally {
      hooks.signal.removeEventListener('abort', cancel)
    }
  }

  /** Hangs up and waits until the process has left. */
  async end(): Promise<void> {
    if (!this.#alive) return
    this.#process.disconnect()
    const timer = setTimeout(() => {
      this.kill()
    }, graceOfEnd)
    await this.#gone
    clearTimeout(timer)
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #cancel(): void {
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => {
      this.kill()
    }, graceOfCancel)
    void this.#gone.then(() => {
      clearTimeout(timer)
    })
  }

  #hear(message: WorkerMessage, ready: () => void): void {
    if (message.type === 'ready') ready()
    else if (message.type === 'progress') this.#running?.hooks.progress(message.progress)
    else this.#settle(message.result)
  }

  #settle(result: StageResult): void {
    const running = this.#running
    this.#running = undefined
    running?.settle(result)
  }

  async #untilGone(): Promise<void> {
    const { exitCode, signal, originalMessage } = await this.#process
    this.#alive = false
    const running = this.#running
    if (running === undefined) return
    const seconds = (performance.now() - running.began) / 1000
    const end = { ...(exitCode === undefined ? {} : { exitCode }), ...(signal === undefined ? {} : { signal }) }
    const failure: Failure = running.hooks.signal.aborted
      ? { reason: 'cancelled', message: 'stopped before it was done' }
      : crash({ ...end, said: this.#said.trim() === '' ? (originalMessage ?? '') : this.#said })
    this.#settle({ ok: false, failure, seconds })
  }
}

function crash({ exitCode, signal, said }: { exitCode?: number; signal?: string; said: string }): Failure {
  const words = said.trim() === '' ? '' : `; it last said: ${said.trim().split('\n').slice(-5).join('\n')}`
  if (signal !== undefined) {
    const memory = signal === 'SIGKILL' ? ' (the system does that when memory runs out)' : ''
    return { reason: 'signal', signal, message: `its process was killed by ${signal}${memory}${words}` }
  }
  return {
    reason: 'exit',
    code: exitCode ?? -1,
    message: `its process ended by itself with exit code ${exitCode ?? 'unknown'}${words}`,
  }
}
