import { join } from 'node:path'
import type { JsonObject } from '../base/json.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import type { Environment, RunEvent, RunFact } from './event.ts'
import type { Executor } from './executors/executor.ts'
import { Journal, type Follower } from './journal.ts'
import { clearLeftovers } from './leftovers.ts'
import { LiveFile } from './live-file.ts'
import { StoreLock } from './lock.ts'
import { keepLog } from './keep-log.ts'
import { rootRemover, sharedPath, type Project } from './project.ts'
import { RunLog } from './run-log.ts'
import {
  claimRunFolder,
  findEqualRecord,
  fingerprint,
  writeRecordHead,
  writeRecordTail,
  type RecordContent,
} from './run-record.ts'
import { runPlan, type RunOutcome } from './scheduler.ts'
import type { RunState } from './state.ts'
import { createStoreFolder } from './store/disk-store.ts'

export interface RunRequest {
  readonly project: Project
  readonly catalog: StageCatalog
  readonly content: RecordContent
  readonly runtime: JsonObject
  readonly environment: Environment
  /** The command line, to be repeated by a reader of the record. */
  readonly command: string
  readonly executor: Executor
  readonly followers: readonly Follower[]
  readonly signal: AbortSignal
  fresh?(id: string): boolean
  /** Told once if another run holds the store. */
  onWait?(message: string): void
}

export interface RunEnd {
  readonly outcome: RunOutcome
  readonly run: string
  /** Folder of the record. */
  readonly folder: string
  /** True when nothing had to run and an earlier record says exactly this. */
  readonly reused: boolean
  readonly state: RunState
}

/** Runs a plan under the store's lock and leaves a record. Closes the executor. Throws `signal.reason` if cancelled while waiting. */
export async function runPipeline(request: RunRequest): Promise<RunEnd> {
  const { project, executor } = request
  createStoreFolder(project.layout)
  const lock = await StoreLock.acquire(project.layout.lock, {
    signal: request.signal,
    ...(request.onWait === undefined ? {} : { onWait: request.onWait.bind(request) }),
  })
  try {
    await clearLeftovers(project.layout)
    return await new Run(request).toEnd()
  } finally {
    await executor.close()
    project.store.close()
    lock.release()
  }
}

class Run {
  readonly #request: RunRequest
  readonly #journal = new Journal()
  #id = ''
  #log: RunLog | undefined
  #live: LiveFile | undefined

  constructor(request: RunRequest) {
    this.#request = request
  }

  async toEnd(): Promise<RunEnd> {
    const { project, catalog, content, runtime, executor, signal } = this.#request
    const began = performance.now()
    this.#journal.record(this.#startFact())
    const outcome = await runPlan({
      plan: content.plan,
      catalog,
      runtime,
      executor,
      signal,
      store: project.store,
      paths: project.paths,
      underWay: new Map(),
      fresh: (id) => this.#request.fresh?.(id) ?? false,
      emit: (fact) => {
        this.#emit(fact)
      },
      keepLog: (stage, attempt, file) => {
        keepLog({ folder: join(project.runs, this.#id), root: project.root, stage, attempt }, file)
      },
    })
    this.#journal.record({
      type: 'run-finished',
      outcome,
      seconds: (performance.now() - began) / 1000,
      counts: countStages(this.#journal.state),
    })
    return this.#conclude(outcome)
  }

  /** Waits with the record until something happens that an earlier record cannot hold. */
  #emit(fact: RunFact): void {
    const isNews =
      (fact.type === 'stage-started' && fact.because !== undefined) ||
      fact.type === 'stage-failed' ||
      (fact.type === 'stage-skipped' && fact.unwanted !== true)
    if (isNews && !this.#journal.isOpen) this.#openRecord()
    this.#journal.record(fact)
  }

  #openRecord(): void {
    const { project, content } = this.#request
    this.#id = claimRunFolder(project.runs, content.plan.name)
    const folder = join(project.runs, this.#id)
    writeRecordHead(folder, content)
    this.#log = new RunLog(folder)
    this.#live = new LiveFile(project.layout.live(this.#id))
    const withoutRoot = rootRemover(project.root)
    const log: Follower = (event) => this.#log?.append(withoutRoot(event))
    this.#journal.open([log, this.#live.follow, ...this.#request.followers], (event) => this.#named(event))
  }

  #conclude(outcome: RunOutcome): RunEnd {
    const { project, content } = this.#request
    const reused = this.#journal.isOpen
      ? undefined
      : findEqualRecord(project.runs, content.plan.name, fingerprint(this.#journal.state))
    if (reused !== undefined) {
      this.#id = reused
      this.#journal.open([() => undefined, ...this.#request.followers], (event) => this.#named(event))
    } else if (!this.#journal.isOpen) this.#openRecord()
    const folder = join(project.runs, this.#id)
    this.#log?.close()
    this.#live?.close()
    const { state } = this.#journal
    if (reused === undefined) writeRecordTail(folder, state, content)
    return { outcome, run: this.#id, folder, reused: reused !== undefined, state }
  }

  /** The id is known only when the record is opened, after the first events. */
  #named(event: RunEvent): RunEvent {
    return event.type === 'run-started' ? { ...event, run: this.#id } : event
  }

  #startFact(): RunFact {
    const { project, content, command, environment } = this.#request
    const { name, file, source, seed, params, stages } = content.plan
    return {
      type: 'run-started',
      run: '',
      pipeline: name,
      file: sharedPath(project.root, file),
      source,
      seed,
      params,
      command,
      environment,
      stages: stages.map(({ id, use, needs }) => ({ id, use, needs })),
    }
  }
}

/** Stages by how they ended. A search counts as one stage beside those it asked for. */
function countStages({ stages }: RunState): Record<'finished' | 'cached' | 'failed' | 'skipped', number> {
  const counts = { finished: 0, cached: 0, failed: 0, skipped: 0 }
  for (const { status } of stages.values()) if (status !== 'waiting' && status !== 'running') counts[status]++
  return counts
}
