import type { RunEvent, RunFact } from './event.ts'
import { applyEvent, emptyState, type RunState } from './state.ts'

/** Anything that follows a run: the log, the live file, a reporter. */
export type Follower = (event: RunEvent, state: RunState) => void

/**
 * Gives facts their place in a run: number, time, state after them, and then every follower, in order. Until `open` is
 * called events wait, so that a run in which nothing had to be done need not leave a trace.
 */
export class Journal {
  readonly #now: () => Date
  #followers: Follower[] = []
  #waiting: RunEvent[] | undefined = []
  #state: RunState = emptyState
  #seq = 0

  constructor(now: () => Date = () => new Date()) {
    this.#now = now
  }

  /** What is known so far, events that wait included. */
  get state(): RunState {
    return this.#waiting === undefined ? this.#state : this.#waiting.reduce(applyEvent, this.#state)
  }
  get isOpen(): boolean {
    return this.#waiting === undefined
  }

  record(fact: RunFact): void {
    const event: RunEvent = { v: 1, seq: this.#seq++, at: this.#now().toISOString(), ...fact }
    if (this.#waiting === undefined) this.#deliver(event)
    else this.#waiting.push(event)
  }

  /** Delivers what waited, as `rename` gives it, and from now on everything at once. */
  open(followers: readonly Follower[], rename: (event: RunEvent) => RunEvent = (event) => event): void {
    if (this.#waiting === undefined) throw new Error('the journal is open already')
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#followers = [...followers]
    for (const event of waiting) this.#deliver(rename(event))
  }

  /** A follower that throws is dropped: showing a run must not end it. The first follower, the log, is not expendable. */
  #deliver(event: RunEvent): void {
    this.#state = applyEvent(this.#state, event)
    const [log, ...others] = this.#followers
    log?.(event, this.#state)
    for (const follower of others) {
      try {
        follower(event, this.#state)
      } catch (error) {
        this.#followers = this.#followers.filter((one) => one !== follower)
        process.stderr.write(
          `assay: a display of the run failed and was dropped: ${error instanceof Error ? error.message : String(error)}\n`,
        )
      }
    }
  }
}
