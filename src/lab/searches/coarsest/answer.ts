import type { MetricUnit } from '../../../stage/metrics.ts'
import type { Claim } from '../../../stage/claim.ts'
import type { Climb, TriedLevel } from './climb.ts'
import { atNaturalScale, coldestFirst, edge } from './ladder.ts'
import type { Level } from './levels.ts'
import { lossUnitOf } from './loss-unit-of.ts'

/**
 * - `found`: the claim holds up to a level and not beyond
 * - `to-the-end`: it holds at the roughest level tried
 * - `finer-only`: it holds at the model itself and at no level tried
 * - `absent`: it does not hold at the model itself
 * - `undecided`: the interval straddles the threshold where the search would have to decide
 * - `unhealthy`: no level can count, because the sampler was broken
 */
export type Outcome = 'found' | 'to-the-end' | 'finer-only' | 'absent' | 'undecided' | 'unhealthy'

export type AnsweredLevel = Level & {
  /** Nats per token above the model; absent with the loss. */
  readonly above?: number
  /** The same as a multiple of the natural gap, where L* was given. */
  readonly multiple?: number
}

/** The whole result of the search; plain data, kept as the output `answer`. */
export interface Answer {
  readonly version: 1
  readonly claim: string
  readonly metric: string
  readonly operator: Claim['operator']
  readonly threshold: number
  readonly confidence: number
  /** Looks that the error rate 1 − confidence is shared among: levels, the model itself included, times looks at each. */
  readonly looks: number
  /** Error rate of the first look at a level; see `alphaOf` for the others. */
  readonly alpha: number
  /** Whether every level there is was measured, so that nothing rests on what fails staying failed. */
  readonly exhaustive: boolean
  /** Whether the metric is the same at every level, so that it says nothing about the scale. */
  readonly constant: boolean
  readonly outcome: Outcome
  /** What losses are of; left out: nats per token. */
  readonly lossUnit?: MetricUnit
  readonly natural: {
    /** Whether the search was told L*; if not, `loss` is only where its first level was wanted. */
    readonly given: boolean
    readonly modelLoss: number
    readonly loss: number
    readonly gap: number
    /** What a uniform guess loses, nats, where that is less than L*: nothing of a model need be left there. */
    readonly guess?: number
    readonly level?: string
    readonly reached: boolean
    readonly status?: Level['status']
  }
  /** Name of the coarsest level that holds. */
  readonly coarsest?: string
  /** Name of the first level beyond it, which does not hold. */
  readonly beyond?: string
  /** Levels that hold beyond one that fails: there the claim is lost and comes back. */
  readonly reentrant: readonly string[]
  readonly original: AnsweredLevel
  /** Coldest first. */
  readonly levels: readonly AnsweredLevel[]
}

export interface Terms {
  readonly claim: Claim
  readonly keep: string
  readonly confidence: number
  readonly looks: number
  readonly alpha: number
  /** Whether L* was given. */
  readonly given: boolean
  readonly exhaustive: boolean
}

export type FinishedClimb = Climb & { readonly original: Level; readonly from: number; readonly until: number }

/** Puts the finished climb into words that can be computed with. */
export function answerOf(done: FinishedClimb, terms: Terms): Answer {
  const { from, until, original } = done
  const gap = until - from
  const scaled = <L extends Level>(level: L): L & AnsweredLevel =>
    level.loss === undefined
      ? level
      : {
          ...level,
          above: level.loss.mean - from,
          ...(terms.given ? { multiple: (level.loss.mean - from) / gap } : {}),
        }
  const levels = coldestFirst(done.levels).map(({ model: _, ...level }) => scaled(level))
  const { held, beyond } = edge(levels)
  const natural = atNaturalScale(levels, { from, until })
  return {
    version: 1,
    claim: terms.keep,
    metric: terms.claim.metric,
    operator: terms.claim.operator,
    threshold: terms.claim.threshold,
    confidence: terms.confidence,
    looks: terms.looks,
    alpha: terms.alpha,
    exhaustive: terms.exhaustive,
    constant: isConstant(original, levels),
    outcome: outcomeOf(original, levels),
    ...lossUnitOf([...levels, original]),
    natural: {
      given: terms.given,
      modelLoss: from,
      loss: until,
      gap,
      ...(done.guess !== undefined && done.guess < until && { guess: done.guess }),
      reached: natural?.reached ?? false,
      ...(natural === undefined ? {} : { level: natural.nearest.name, status: natural.nearest.status }),
    },
    ...(held === undefined ? {} : { coarsest: held.name }),
    ...(beyond === undefined ? {} : { beyond: beyond.name }),
    reentrant: reentrant(levels),
    original: scaled(original),
    levels,
  }
}

/** A level that is not decided, or whose sampler broke, loses nothing; so what holds beyond it does not come back. */
function reentrant(levels: readonly (Pick<Level, 'name'> & Pick<TriedLevel, 'status'>)[]): string[] {
  const lost = levels.findIndex(({ status }) => status === 'failed')
  return lost < 0
    ? []
    : levels
        .slice(lost)
        .filter(({ status }) => status === 'held')
        .map(({ name }) => name)
}

function isConstant({ metric }: Level, levels: readonly Pick<Level, 'metric'>[]): boolean {
  const measured = levels.flatMap((level) => (level.metric === undefined ? [] : [level.metric]))
  return measured.length > 1 && measured.every(({ mean }) => mean === metric?.mean)
}

function outcomeOf(original: Level, levels: readonly TriedLevel[]): Outcome {
  if (original.status !== 'held') return original.status === 'failed' ? 'absent' : 'undecided'
  const { held, beyond } = edge(levels)
  if (beyond === undefined) return held === undefined ? 'undecided' : 'to-the-end'
  if (held !== undefined) return 'found'
  if (levels.every(({ status }) => status === 'unhealthy')) return 'unhealthy'
  return beyond.status === 'failed' ? 'finer-only' : beyond.status === 'unhealthy' ? 'unhealthy' : 'undecided'
}
