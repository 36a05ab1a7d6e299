import { nbetaFor, rounded } from './steering.ts'

export type LevelStatus = 'held' | 'failed' | 'undecided' | 'unhealthy'
/** `past`: beyond what no longer holds, to see what melts later; `all`: of an exhaustive search. */
export type Purpose = 'steer' | 'coarsen' | 'refine' | 'past' | 'all'

/** A level of the ladder that has been measured. */
export interface Rung {
  readonly nbeta: number
  readonly purpose: Purpose
  /** Nats per token: mean over draws and its standard error; absent where the sampler broke before it drew anything. */
  readonly loss?: { readonly mean: number; readonly se: number }
  readonly status: LevelStatus
}

export interface LadderPlan {
  /** The model's own loss, nats per token. */
  readonly from: number
  /** The natural scale L*, nats per token; above `from`. */
  readonly until: number
  /** nβ of the first level. */
  readonly start: number
  /** nβ of the roughest dose there is; 0 where there is none. */
  readonly hottest: number
  /** The nearest nβ that the degradation can make. */
  snap(nbeta: number): number
  /** Roughest level wanted, as a multiple of the natural gap. */
  readonly maximum: number
  readonly maxLevels: number
  readonly refine: number
  /** Levels to go on beyond the first that does not hold, once that is found. */
  readonly past: number
}

export type Move =
  | { readonly type: 'try'; readonly nbeta: number; readonly purpose: Purpose; readonly target: number }
  | { readonly type: 'stop'; readonly because: 'bracketed' | 'range-ends' | 'levels-spent' }

const steeringTries = 3
/** Levels whose nβ differ by less than this factor say the same. */
const closest = 1.05

/**
 * What to try next, from the levels so far in the order they were tried. Pure, so a resumed search replays it.
 *
 * 1. Steer to the natural scale: at most three tries by the control law ΔL ≈ λ/nβ.
 * 2. While every level holds, go on to 2, 4, 8 … times the natural gap.
 * 3. Once one does not hold, bisect in ln nβ between the last that held and the first that did not; where none held,
 *    look between the model itself and the coldest level.
 * 4. Where wanted, go on beyond for a few levels more.
 */
export function nextMove(rungs: readonly Rung[], plan: LadderPlan): Move {
  if (rungs.length >= plan.maxLevels) return { type: 'stop', because: 'levels-spent' }
  const move = steer(rungs, plan) ?? refine(rungs, plan) ?? coarsen(rungs, plan)
  return move.type === 'stop' && move.because === 'bracketed' ? goPast(rungs, plan) : move
}

function goPast(rungs: readonly Rung[], plan: LadderPlan): Move {
  const spent = rungs.filter(({ purpose }) => purpose === 'past').length
  const broke = edge(rungs).beyond?.status === 'unhealthy'
  const move = spent < plan.past && !broke ? coarsen(rungs, plan) : undefined
  return move?.type === 'try' ? { ...move, purpose: 'past' } : { type: 'stop', because: 'bracketed' }
}

/** Coldest first, which is the order of rising loss. */
export const coldestFirst = <R extends { readonly nbeta: number }>(rungs: readonly R[]): R[] =>
  [...rungs].sort((a, b) => b.nbeta - a.nbeta)

/**
 * The edge of what holds: the last level that held with every colder level holding too, and the first that did not hold.
 * A level that holds beyond one that does not is not counted: the claim would rest on a gap in the ladder.
 */
export function edge<R extends { readonly nbeta: number; readonly status: LevelStatus }>(
  rungs: readonly R[],
): { held: R | undefined; beyond: R | undefined } {
  const sorted = coldestFirst(rungs)
  const first = sorted.findIndex(({ status }) => status !== 'held')
  return first < 0 ? { held: sorted.at(-1), beyond: undefined } : { held: sorted[first - 1], beyond: sorted[first] }
}

/** The level nearest to the natural scale, and whether it is there: within its standard error or a tenth of the gap. */
export function atNaturalScale<R extends Pick<Rung, 'loss'>>(
  rungs: readonly R[],
  { from, until }: Pick<LadderPlan, 'from' | 'until'>,
): { nearest: R; reached: boolean } | undefined {
  const measured = rungs.flatMap((rung) =>
    rung.loss === undefined ? [] : [{ rung, off: Math.abs(rung.loss.mean - until), se: rung.loss.se }],
  )
  const nearest = measured.sort((a, b) => a.off - b.off)[0]
  return nearest && { nearest: nearest.rung, reached: nearest.off <= Math.max(nearest.se, 0.1 * (until - from)) }
}

function steer(rungs: readonly Rung[], plan: LadderPlan): Move | undefined {
  if (rungs.length === 0) return { type: 'try', nbeta: plan.snap(plan.start), purpose: 'steer', target: plan.until }
  const tries = rungs.filter(({ purpose }) => purpose === 'steer').length
  if (tries >= steeringTries || atNaturalScale(rungs, plan)?.reached === true) return undefined
  if (rungs.every(({ loss }) => loss === undefined)) return undefined
  const nbeta = plan.snap(nbetaFor(rungs, { from: plan.from, target: plan.until }))
  return isNew(nbeta, rungs) ? { type: 'try', nbeta, purpose: 'steer', target: plan.until } : undefined
}

function refine(rungs: readonly Rung[], plan: LadderPlan): Move | undefined {
  const { held, beyond } = edge(rungs)
  if (beyond === undefined) return undefined
  const spent = rungs.filter(({ purpose }) => purpose === 'refine').length
  const nbeta = plan.snap(rounded(held === undefined ? 2 * beyond.nbeta : Math.sqrt(held.nbeta * beyond.nbeta)))
  if (spent >= plan.refine || !isNew(nbeta, rungs)) return { type: 'stop', because: 'bracketed' }
  const coldSide = held?.loss?.mean ?? plan.from
  return { type: 'try', nbeta, purpose: 'refine', target: (coldSide + (beyond.loss?.mean ?? coldSide)) / 2 }
}

function coarsen(rungs: readonly Rung[], plan: LadderPlan): Move {
  const gap = plan.until - plan.from
  const hottest = Math.min(...rungs.map(({ nbeta }) => nbeta))
  const reached = Math.max(...rungs.map(({ loss }) => (loss?.mean ?? plan.from) - plan.from)) / gap
  if (reached >= 0.9 * plan.maximum || hottest <= plan.hottest) return { type: 'stop', because: 'range-ends' }
  // The next power of two that is at least half as far again as the roughest level so far.
  const multiple = Math.min(plan.maximum, 2 ** Math.max(1, Math.ceil(Math.log2(1.5 * Math.max(reached, 1e-9)))))
  const target = plan.from + multiple * gap
  const wanted = rounded(Math.min(nbetaFor(rungs, { from: plan.from, target }), hottest / 1.2))
  // A dose in whole numbers may have nothing new so near; then the next one.
  const nbeta = [wanted, hottest / 4].map((one) => plan.snap(one)).find((one) => isNew(one, rungs) && one < hottest)
  return nbeta === undefined
    ? { type: 'stop', because: 'range-ends' }
    : { type: 'try', nbeta, purpose: 'coarsen', target }
}

const isNew = (nbeta: number, rungs: readonly Rung[]): boolean =>
  rungs.every((rung) => Math.abs(Math.log(rung.nbeta / nbeta)) >= Math.log(closest))
