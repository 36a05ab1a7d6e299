import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from './event.ts'
import { applyEvent, emptyState, type RunState } from './state.ts'

/** Name of the log in a run's folder: one {@link RunEvent} a line, appended only. Progress is never in it. */
export const runLogName = 'events.jsonl'

/** The one writer of a run's log. A crash can cut off the last line only; readers skip it. */
export class RunLog {
  readonly #file: number

  /** Opens `<folder>/events.jsonl`; the folder must exist. */
  constructor(folder: string) {
    this.#file = openSync(join(folder, runLogName), 'a')
  }

  append(event: RunEvent): void {
    if (event.type === 'stage-progressed') return
    writeSync(this.#file, `${JSON.stringify(event)}\n`)
  }

  /** Flushes to disk and closes: once, after the last event. */
  close(): void {
    fsyncSync(this.#file)
    closeSync(this.#file)
  }
}

export interface ReadLog {
  readonly events: readonly RunEvent[]
  /** True when the run has no `run-finished`, or when a line was cut off. */
  readonly truncated: boolean
}

/** Events of `<folder>/events.jsonl`. Lines that are no event (cut off by a crash) are skipped. Throws if there is no log. */
export function readRunLog(folder: string): ReadLog {
  return parseRunLog(readFileSync(join(folder, runLogName), 'utf8'))
}

/** As {@link readRunLog}, from text. */
export function parseRunLog(text: string): ReadLog {
  const events: RunEvent[] = []
  let damaged = false
  for (const line of text.split('\n')) {
    if (line === '') continue
    const event = parseLine(line)
    if (event === undefined) damaged = true
    else events.push(event)
  }
  return { events, truncated: damaged || events.at(-1)?.type !== 'run-finished' }
}

/** The state after all events. */
export const replay = (events: readonly RunEvent[]): RunState => events.reduce(applyEvent, emptyState)

function parseLine(line: string): RunEvent | undefined {
  try {
    const value = JSON.parse(line) as Partial<RunEvent> | null
    return value?.v === 1 && typeof value.seq === 'number' && typeof value.type === 'string'
      ? (value as RunEvent)
      : undefined
  } catch {
    return undefined
  }
}
