import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { RunEvent } from '../orchestrator/event.ts'
import { readLive, type Live } from '../orchestrator/live-file.ts'
import { fateOf, identityOf } from '../orchestrator/process-identity.ts'
import { parseRunLog, runLogName } from '../orchestrator/run-log.ts'
import { applyEvent, emptyState, type RunState } from '../orchestrator/state.ts'

export interface Following {
  /** The run's record. */
  readonly folder: string
  /** Its live file, there while it runs. */
  readonly live: string
  /** Aborted by who no longer wants to watch. */
  readonly signal: AbortSignal
  /** Milliseconds between two looks. */
  readonly every?: number
  onEvent(event: RunEvent, state: RunState): void
}
/** `lost`: the run's process is gone and the run did not finish. */
export type FollowEnd = { readonly end: 'finished' | 'left' | 'lost'; readonly state: RunState; readonly live?: Live }

const silence = 2_000 // milliseconds without a sign of life after which the process is looked for
const tooLong = 60_000 // milliseconds after which even a process with that number is taken for another one

/** Follows a run, finished or not, from its first event to its last. Neither writes anything nor disturbs the run. */
export async function followRun({
  folder,
  live: livePath,
  signal,
  every = 250,
  onEvent,
}: Following): Promise<FollowEnd> {
  const log = new LogTail(join(folder, runLogName))
  let state = emptyState
  let shown = ''
  let sign = { text: '', since: performance.now() }
  const tell = (event: RunEvent) => {
    state = applyEvent(state, event)
    onEvent(event, state)
  }
  for (;;) {
    const live = readLive(livePath)
    const events = log.read()
    events.forEach(tell)
    if (state.finished !== undefined) return { end: 'finished', state }
    if (live !== undefined && JSON.stringify(live.progress) !== shown) {
      shown = JSON.stringify(live.progress)
      progressEvents(live, state).forEach(tell)
    }
    if (signal.aborted) return { end: 'left', state }
    const text = live?.at ?? ''
    if (events.length > 0 || sign.text !== text) sign = { text, since: performance.now() }
    if (performance.now() - sign.since > silence && isGone(live))
      return { end: 'lost', state, ...(live === undefined ? {} : { live }) }
    await setTimeout(every, undefined, { signal }).catch(() => undefined)
  }
}

function isGone(live: Live | undefined): boolean {
  return live === undefined || fateOf(identityOf(live.pid)) === 'dead' || Date.now() - Date.parse(live.at) > tooLong
}

/** What the log never holds: how far each running stage is. */
function progressEvents({ at, progress }: Live, state: RunState): RunEvent[] {
  return Object.entries(progress).flatMap(([stage, one]): RunEvent[] => {
    const known = state.stages.get(stage)
    const isNews =
      known?.status === 'running' && (known.progress?.fraction !== one.fraction || known.progress.note !== one.note)
    return isNews ? [{ v: 1, seq: 0, at, type: 'stage-progressed', stage, progress: one }] : []
  })
}

/** Reads a growing file by whole lines: the last one may still be being written. */
class LogTail {
  readonly #path: string
  #offset = 0

  constructor(path: string) {
    this.#path = path
  }

  read(): readonly RunEvent[] {
    const file = openSync(this.#path, 'r')
    try {
      const chunks: Buffer[] = []
      for (let at = this.#offset; ;) {
        const chunk = Buffer.alloc(65_536)
        const length = readSync(file, chunk, 0, chunk.length, at)
        if (length === 0) break
        chunks.push(chunk.subarray(0, length))
        at += length
      }
      const bytes = Buffer.concat(chunks)
      const whole = bytes.lastIndexOf(0x0a) + 1
      this.#offset += whole
      return parseRunLog(bytes.toString('utf8', 0, whole)).events
    } finally {
      closeSync(file)
    }
  }
}
