import type { Progress } from '../stage/stage-context.ts'
import type { ReportBlock } from '../stage/report-block.ts'
import type { SearchView } from '../stage/search-view.ts'
import type { Outputs, RunEvent, StageHead } from './event.ts'
import type { Failure } from './failure.ts'
import { StageMap } from './stage-map.ts'

/** Everything a reporter needs to draw a run: a fold of its events. */
export interface RunState {
  readonly started?: Extract<RunEvent, { type: 'run-started' }>
  /** By id, in the order they became known; children follow their parent's id (`search/level-00/degrade`). */
  readonly stages: ReadonlyMap<string, StageState>
  readonly finished?: Extract<RunEvent, { type: 'run-finished' }>
}
export interface StageState {
  readonly head: StageHead
  readonly parent?: string
  readonly status: 'waiting' | 'running' | 'cached' | 'finished' | 'failed' | 'skipped'
  readonly startedAt?: string
  readonly seconds?: number
  readonly with?: Readonly<Record<string, unknown>>
  readonly seed?: string
  readonly progress?: Progress
  readonly view?: SearchView
  readonly outputs?: Outputs
  readonly report?: readonly ReportBlock[]
  readonly failure?: Failure
  readonly because?: string
}

export const emptyState: RunState = { stages: new StageMap() }

/** The state after one more event. Pure. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run-started':
      return {
        ...state,
        started: event,
        stages: new StageMap(event.stages.map((head) => [head.id, { head, status: 'waiting' }])),
      }
    case 'stage-added':
      return change(state, event.stage.id, { head: event.stage, parent: event.parent, status: 'waiting' })
    case 'stage-started':
      return change(state, event.stage, {
        status: 'running',
        startedAt: event.at,
        with: event.with,
        ...(event.seed === undefined ? {} : { seed: event.seed }),
      })
    case 'stage-cached':
      return change(state, event.stage, {
        status: 'cached',
        outputs: event.outputs,
        report: event.report,
        seconds: event.seconds,
        with: event.with,
        ...(event.seed === undefined ? {} : { seed: event.seed }),
      })
    case 'stage-finished':
      return change(state, event.stage, {
        status: 'finished',
        outputs: event.outputs,
        report: event.report,
        seconds: event.seconds,
      })
    case 'stage-retried':
      return change(state, event.stage, {
        status: 'waiting',
        because: `attempt ${event.attempt} of ${event.attempts} after: ${event.failure.message}`,
      })
    case 'stage-failed':
      return change(state, event.stage, { status: 'failed', failure: event.failure, seconds: event.seconds })
    case 'stage-skipped':
      return change(state, event.stage, { status: 'skipped', because: event.because })
    case 'search-viewed':
      return change(state, event.stage, { view: event.view })
    case 'stage-progressed':
      return change(state, event.stage, { progress: event.progress })
    case 'run-finished':
      return { ...state, finished: event }
  }
}

function change(state: RunState, id: string, part: Partial<StageState>): RunState {
  const before: StageState = state.stages.get(id) ?? { head: { id, use: '?', needs: [] }, status: 'waiting' }
  const versioned = state.stages instanceof StageMap ? state.stages : new StageMap(state.stages)
  return { ...state, stages: versioned.with(id, { ...before, ...part }) }
}
