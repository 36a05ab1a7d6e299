import type { RunEvent } from '../../orchestrator/event.ts'
import { emptyState, type RunState } from '../../orchestrator/state.ts'
import { followEvent, noTrack, type ProgressTrack } from '../view/progress-track.ts'

export interface RunSnapshot {
  readonly state: RunState
  readonly track: ProgressTrack
  /** Lines above the live view, for good: plain lines while they are asked for, and whatever else had to be said. */
  readonly scrollback: readonly string[]
  /** Whether plain lines are shown instead of the tree. */
  readonly streaming: boolean
  /** After the last event: what is drawn now stays in the scrollback. */
  readonly over: boolean
}

const redrawInterval = 50 // milliseconds: a burst of events is drawn once

/** The run as an external store of React's. Redraws are gathered, so that replaying a long log costs a few frames. */
export class RunStore {
  #snapshot: RunSnapshot = { state: emptyState, track: noTrack, scrollback: [], streaming: false, over: false }
  #shown = this.#snapshot
  /** Plain lines not shown yet. */
  #backlog: string[] = []
  #timer: NodeJS.Timeout | undefined
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly read = (): RunSnapshot => this.#shown

  add(event: RunEvent, state: RunState, lines: readonly string[]): void {
    this.#backlog.push(...lines)
    this.#change({
      state,
      track: followEvent(this.#snapshot.track, event),
      ...(this.#snapshot.streaming ? this.#caughtUp() : {}),
    })
  }

  /** Switches between the tree and plain lines; those not shown yet come first. */
  readonly toggleStream = (): void => {
    const streaming = !this.#snapshot.streaming
    this.#change({ streaming, ...(streaming ? this.#caughtUp() : {}) })
    this.flush()
  }

  /** Prints lines above the view. */
  say(text: string): void {
    this.#change({ scrollback: [...this.#snapshot.scrollback, ...text.replace(/\n$/, '').split('\n')] })
  }

  end(): void {
    this.#change({ over: true })
    this.flush()
  }

  #change(part: Partial<RunSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part }
    this.#timer ??= setTimeout(() => {
      this.flush()
    }, redrawInterval)
  }

  #caughtUp(): Pick<RunSnapshot, 'scrollback'> {
    const scrollback = [...this.#snapshot.scrollback, ...this.#backlog]
    this.#backlog = []
    return { scrollback }
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#shown === this.#snapshot) return
    this.#shown = this.#snapshot
    for (const listener of this.#listeners) listener()
  }
}
