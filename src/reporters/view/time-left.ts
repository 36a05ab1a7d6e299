import type { RunState, StageState } from '../../orchestrator/state.ts'
import type { ProgressTrack } from './progress-track.ts'
import { descendants, stageTree, type TreeNode } from './stage-tree.ts'

export interface TimeLeft {
  /** Seconds until the whole run ends; absent where nobody can know. */
  readonly run?: number
  /** Seconds until the running search's level is decided. */
  readonly level?: number
  /** True where `run` is a bound: a search may end before its last allowed level. */
  readonly atMost: boolean
}
interface Basis {
  readonly state: RunState
  readonly track: ProgressTrack
  readonly now: number
}

/**
 * How long is left, from the speed of running stages, from earlier stages of the same kind and from earlier levels of
 * the same search. `now` in milliseconds since the epoch. A term that cannot be known makes the sum unknown.
 */
export function timeLeft(basis: Basis): TimeLeft {
  const own = stageTree(basis.state).filter(({ stage }) => stage.status === 'waiting' || stage.status === 'running')
  const search = own.find(({ stage }) => stage.status === 'running' && stage.view !== undefined)
  const level = search === undefined ? undefined : levelLeft(search, basis)
  const times = own.map((node) => (node === search ? searchLeft(node, level, basis) : nodeLeft(node, basis)))
  const run = together(times, own.filter(({ stage }) => stage.status === 'running').length)
  return {
    atMost: search !== undefined,
    ...(run === undefined ? {} : { run }),
    ...(level === undefined ? {} : { level }),
  }
}

/** Work shared among as many as run at once; never less than the longest piece of it. Unknown if a piece is. */
function together(times: readonly (number | undefined)[], parallel: number): number | undefined {
  const known = times.filter((time) => time !== undefined)
  if (known.length < times.length) return undefined
  return Math.max(0, known.reduce((sum, time) => sum + time, 0) / Math.max(1, parallel), ...known)
}

/** Seconds a stage still needs: by its own speed, or else by what its kind takes. */
function stageLeft(stage: StageState, basis: Basis): number | undefined {
  const byProgress = leftBySpeed(stage, basis)
  if (byProgress !== undefined) return byProgress
  const usual = usualStage(stage.head.use, basis)
  return usual === undefined ? undefined : Math.max(0, usual - (stage.status === 'running' ? spent(stage, basis) : 0))
}

function leftBySpeed(stage: StageState, { track, now }: Basis): number | undefined {
  const moved = track.stages.get(stage.head.id)
  if (stage.status !== 'running' || moved === undefined) return undefined
  const { first, last } = moved
  if (last.fraction - first.fraction < 0.05 || last.at <= first.at) return undefined
  const speed = (last.fraction - first.fraction) / (last.at - first.at)
  return Math.max(0, (1 - last.fraction) / speed - (now - last.at)) / 1000
}

/** Mean seconds of a kind: of stages that finished, or else of running ones by their speed. */
function usualStage(use: string, basis: Basis): number | undefined {
  const alike = [...basis.state.stages.values()].filter((stage) => stage.head.use === use)
  const finished = alike.flatMap((stage) =>
    stage.status === 'finished' && stage.seconds !== undefined ? [stage.seconds] : [],
  )
  if (finished.length > 0) return mean(finished)
  return mean(
    alike.flatMap((stage) => {
      const left = leftBySpeed(stage, basis)
      return left === undefined ? [] : [left + spent(stage, basis)]
    }),
  )
}

const spent = ({ startedAt }: StageState, { now }: Basis): number =>
  startedAt === undefined ? 0 : (now - Date.parse(startedAt)) / 1000

/** A stage that grew others needs what they need. */
function nodeLeft(node: TreeNode, basis: Basis): number | undefined {
  if (node.children.length === 0) return stageLeft(node.stage, basis)
  const open = descendants(node).filter(
    ({ stage, children }) => children.length === 0 && (stage.status === 'waiting' || stage.status === 'running'),
  )
  return together(
    open.map(({ stage }) => stageLeft(stage, basis)),
    open.filter(({ stage }) => stage.status === 'running').length,
  )
}

/** The current level: what its stages need, or what earlier levels took, whichever is longer. */
function levelLeft(search: TreeNode, basis: Basis): number | undefined {
  const running = search.stage.view?.levels.find((level) => level.status === 'running')
  const began = running === undefined ? undefined : basis.track.levels.get(`${search.id}/${running.name}`)?.from
  const usual = usualLevel(search.id, basis)
  const byLevels =
    usual === undefined || began === undefined ? undefined : Math.max(0, usual - (basis.now - began) / 1000)
  const byStages = search.children.length === 0 ? undefined : nodeLeft(search, basis)
  if (byLevels === undefined || byStages === undefined) return byLevels ?? byStages
  return Math.max(byLevels, byStages)
}

function searchLeft(search: TreeNode, level: number | undefined, basis: Basis): number | undefined {
  const view = search.stage.view
  const usual = usualLevel(search.id, basis)
  if (view?.atMost === undefined || usual === undefined || level === undefined) return undefined
  return level + Math.max(0, view.atMost - view.levels.length) * usual
}

/** Mean seconds of the last three levels that took any time: cached ones say nothing. */
function usualLevel(search: string, { track }: Basis): number | undefined {
  const taken = [...track.levels]
    .filter(([id]) => id.startsWith(`${search}/`))
    .flatMap(([, { from, to }]) => (to === undefined ? [] : [(to - from) / 1000]))
  return mean(taken.filter((seconds) => seconds > 0.05).slice(-3))
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
