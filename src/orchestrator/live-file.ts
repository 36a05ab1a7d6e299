import { readFileSync, rmSync } from 'node:fs'
import type { Progress } from '../stage/stage-context.ts'
import type { Follower } from './journal.ts'
import { liveEvery } from './policy.ts'
import { atomicWrite } from './store/atomic-write.ts'

/** Progress of a running run, for `watch`. Lost with the run; the log never holds it. */
export interface Live {
  readonly pid: number
  /** ISO 8601 time of the last sign of life. */
  readonly at: string
  readonly progress: Readonly<Record<string, Progress>>
}

/** Keeps a {@link Live} file up to date, at most every half second, and removes it at the end. */
export class LiveFile {
  readonly #path: string
  readonly #progress = new Map<string, Progress>()
  readonly #timer: NodeJS.Timeout

  constructor(path: string) {
    this.#path = path
    this.#write()
    this.#timer = setInterval(() => {
      this.#write()
    }, liveEvery)
    this.#timer.unref()
  }

  readonly follow: Follower = (event) => {
    if (event.type === 'stage-progressed') this.#progress.set(event.stage, event.progress)
    else if (event.type === 'stage-finished' || event.type === 'stage-failed') this.#progress.delete(event.stage)
  }

  close(): void {
    clearInterval(this.#timer)
    rmSync(this.#path, { force: true })
  }

  #write(): void {
    const live: Live = { pid: process.pid, at: new Date().toISOString(), progress: Object.fromEntries(this.#progress) }
    atomicWrite(this.#path, JSON.stringify(live))
  }
}

/** The live file of a run, or undefined when the run is over. */
export function readLive(path: string): Live | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Live
  } catch {
    return undefined
  }
}
