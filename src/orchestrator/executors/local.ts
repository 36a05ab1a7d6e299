import { totalmem } from 'node:os'
import { Semaphore } from 'async-mutex'
import PQueue from 'p-queue'
import { defaultConcurrency, idleWorker } from '../policy.ts'
import type { Executor, JobHooks } from './executor.ts'
import type { StageJob, StageResult } from './job.ts'
import { WorkerProcess, type WorkerCommand } from './worker-process.ts'

export interface LocalExecutorOptions {
  readonly command: WorkerCommand
  /** Stages at once. Default: one a core. */
  readonly concurrency?: number
  /** Bytes that stages which say what they need may need together. Default: the machine's memory. */
  readonly memory?: number
  /** Told the pid of each process that starts and ends, so that a later run can find those that a crash left. */
  readonly onSpawn?: (pid: number) => void
  readonly onExit?: (pid: number) => void
}

const mebibyte = 2 ** 20

/** Runs stages on this machine, each in a worker process; a process serves many stages, one after another. */
export class LocalExecutor implements Executor {
  readonly #options: LocalExecutorOptions
  /** How many stages are at work at once, first come, first served. */
  readonly #queue: PQueue
  /** How many cores they have taken: the queue counts every stage as one. */
  readonly #places: Semaphore
  /** How many mebibytes they have taken, of stages that say so. */
  readonly #room: Semaphore
  readonly #concurrency: number
  readonly #memory: number
  readonly #workers = new Set<WorkerProcess>()
  readonly #idle: { readonly worker: WorkerProcess; readonly timer: NodeJS.Timeout }[] = []

  constructor(options: LocalExecutorOptions) {
    this.#options = options
    this.#concurrency = options.concurrency ?? defaultConcurrency()
    this.#queue = new PQueue({ concurrency: this.#concurrency })
    this.#places = new Semaphore(this.#concurrency)
    this.#memory = Math.max(1, Math.floor((options.memory ?? totalmem()) / mebibyte))
    this.#room = new Semaphore(this.#memory)
  }

  /** A stage that needs several cores, or much memory, waits at the head of the queue and is not overtaken for ever. */
  run(job: StageJob, hooks: JobHooks): Promise<StageResult> {
    const cores = Math.min(job.cpus ?? 1, this.#concurrency)
    return this.#queue.add(() => this.#places.runExclusive(() => this.#inRoom(job, hooks), cores))
  }

  #inRoom(job: StageJob, hooks: JobHooks): Promise<StageResult> {
    if (job.memory === undefined) return this.#work(job, hooks)
    const mebibytes = Math.min(Math.max(1, Math.ceil(job.memory / mebibyte)), this.#memory)
    return this.#room.runExclusive(() => this.#work(job, hooks), mebibytes)
  }

  async #work(job: StageJob, hooks: JobHooks): Promise<StageResult> {
    if (hooks.signal.aborted) return neverStarted
    hooks.started()
    const worker = this.#take()
    const result = await worker.run(job, hooks)
    this.#giveBack(worker)
    return result
  }

  kill(): void {
    for (const worker of this.#workers) worker.kill()
  }

  async close(): Promise<void> {
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer)
    await Promise.all([...this.#workers].map((worker) => worker.end()))
  }

  /** The one used last is still warm. */
  #take(): WorkerProcess {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer)
      if (idle.worker.isAlive) return idle.worker
    }
    return this.#spawn()
  }

  #spawn(): WorkerProcess {
    const worker = new WorkerProcess(this.#options.command)
    const { pid } = worker
    this.#workers.add(worker)
    if (pid !== undefined) this.#options.onSpawn?.(pid)
    void worker.gone.then(() => {
      this.#workers.delete(worker)
      if (pid !== undefined) this.#options.onExit?.(pid)
    })
    return worker
  }

  #giveBack(worker: WorkerProcess): void {
    if (!worker.isAlive) return
    const timer = setTimeout(() => {
      this.#idle.splice(0, this.#idle.length, ...this.#idle.filter((idle) => idle.worker !== worker))
      void worker.end()
    }, idleWorker)
    timer.unref()
    this.#idle.push({ worker, timer })
  }
}

const neverStarted: StageResult = {
  ok: false,
  seconds: 0,
  failure: { reason: 'cancelled', message: 'cancelled before it started' },
}
