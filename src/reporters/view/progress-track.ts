import type { RunEvent } from '../../orchestrator/event.ts'

/** What the state does not keep but an estimate of the time left needs: since when, and from where, things move. */
export interface ProgressTrack {
  /** First and last progress of each running stage. A resumed stage begins at its checkpoint, not at 0. */
  readonly stages: ReadonlyMap<string, { readonly first: Mark; readonly last: Mark }>
  /** When each level of a search began and ended, by `search/level`. Milliseconds since the epoch. */
  readonly levels: ReadonlyMap<string, { readonly from: number; readonly to?: number }>
}
interface Mark {
  readonly at: number
  readonly fraction: number
}

export const noTrack: ProgressTrack = { stages: new Map(), levels: new Map() }

/** The track after one more event. Pure. */
export function followEvent(track: ProgressTrack, event: RunEvent): ProgressTrack {
  const at = Date.parse(event.at)
  if (event.type === 'stage-progressed') {
    const mark = { at, fraction: event.progress.fraction }
    const first = track.stages.get(event.stage)?.first ?? mark
    return { ...track, stages: new Map(track.stages).set(event.stage, { first, last: mark }) }
  }
  if (event.type !== 'search-viewed') return track
  const levels = new Map(track.levels)
  for (const level of event.view.levels) {
    const id = `${event.stage}/${level.name}`
    const known = levels.get(id)
    if (known === undefined) levels.set(id, level.status === 'running' ? { from: at } : { from: at, to: at })
    else if (known.to === undefined && level.status !== 'running') levels.set(id, { ...known, to: at })
  }
  return { ...track, levels }
}
