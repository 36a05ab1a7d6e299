import type { RunEvent } from '../orchestrator/event.ts'
import type { RunState } from '../orchestrator/state.ts'

/** Shows a run; never changes it. A reporter that throws is dropped. `state` already includes `event`. */
export interface Reporter {
  onEvent(event: RunEvent, state: RunState): void
  /** Called once, after the last event; awaits what is still to be drawn. */
  close(): Promise<void>
}
