import type { MetricUnit } from '../../../stage/metrics.ts'
import type { Claim } from '../../../stage/claim.ts'
import type { Answer, AnsweredLevel } from '../coarsest/answer.ts'
import type { Measured } from '../coarsest/judge.ts'
import { atLoss, type Interpolated, type PathPoint } from './at-loss.ts'
import { meltingPoint, type MeltingPoint } from './melting-point.ts'

/** What a model that knows nothing measures, where one was given. */
export interface Baseline {
  readonly metric: Measured
  readonly beside: Readonly<Record<string, Measured>>
  /** Nats per token; absent where no degradation has data to measure it on. */
  readonly loss?: number
}

/** A metric's course along one path. */
export interface Course {
  /** `claim`, or the name of a confounder. */
  readonly of: string
  /** The value that counts as melted. */
  readonly meltedAt: number
  readonly melting: MeltingPoint
  /** Whether the model itself is not known to be off the baseline: then there is nothing to melt, and no order of it. */
  readonly isNothing?: true
  /** Of what it had above the baseline at the model itself, the share left at the coarsest scale that holds. */
  readonly left?: Interpolated
}

export interface Path {
  readonly name: string
  readonly outcome: Answer['outcome']
  /** The coarsest level that holds, and the first beyond it. */
  readonly coarsest?: AnsweredLevel
  readonly beyond?: AnsweredLevel
  readonly reentrant: readonly string[]
  readonly original: AnsweredLevel
  readonly levels: readonly AnsweredLevel[]
  /** In the order of melting: the claim's metric and the confounders. */
  readonly courses: readonly Course[]
  /** Explained loss at the coarsest scale: (L_init − L) / (L_init − L_model); needs a baseline. */
  readonly explained?: number
}

/** All paths at one loss. */
export interface EqualLoss {
  /** Nats per token, and what it is the loss of. */
  readonly loss: number
  readonly what: string
  /** By path, then by course; a path that does not come so far is not there. */
  readonly at: Readonly<Record<string, Readonly<Record<string, Interpolated>>>>
}

/** The whole result; plain data, kept as the output `answer`. */
export interface PhenomenonAnswer {
  readonly version: 1
  readonly claim: string
  readonly metric: string
  readonly operator: Claim['operator']
  readonly threshold: number
  /** Of all verdicts together. */
  readonly confidence: number
  /** The share that counts as melted. */
  readonly melted: number
  readonly modelLoss: number
  /** What losses are of; left out: nats per token. */
  readonly lossUnit?: MetricUnit
  /** The natural scale, where it was given. */
  readonly natural?: number
  readonly baseline?: Baseline
  readonly paths: readonly Path[]
  readonly equalLoss: readonly EqualLoss[]
  /** What an explanation of the model is worth, at the model itself and at each path's coarsest scale. */
  readonly explanation: readonly { readonly at: string; readonly metrics: Readonly<Record<string, Measured>> }[]
}

export interface Judged {
  readonly claim: string
  readonly confidence: number
  readonly melted: number
  readonly baseline: Baseline | undefined
}

/** Name of the claim's own course. */
export const ofClaim = 'claim'

/** Puts the finished searches side by side, in the order in which they are written. */
export function compare(
  found: Readonly<Record<string, Answer>>,
  { claim, confidence, melted, baseline }: Judged,
): Omit<PhenomenonAnswer, 'explanation'> {
  const [first] = Object.values(found)
  if (first === undefined) throw new Error('a phenomenon has a degradation')
  const { metric, operator, threshold, natural } = first
  const paths = Object.entries(found).map(([name, answer]) => pathOf(name, answer, { melted, baseline }))
  const losses = [
    ...(natural.given ? [{ loss: natural.loss, what: 'natural scale' }] : []),
    ...paths.flatMap(({ name, coarsest }) =>
      coarsest?.loss === undefined ? [] : [{ loss: coarsest.loss.mean, what: `coarsest of ${name}` }],
    ),
  ]
  return {
    version: 1,
    claim,
    metric,
    operator,
    threshold,
    confidence,
    melted,
    modelLoss: natural.modelLoss,
    ...(first.lossUnit && { lossUnit: first.lossUnit }),
    ...(natural.given ? { natural: natural.loss } : {}),
    ...(baseline === undefined ? {} : { baseline }),
    paths,
    equalLoss: losses.sort((a, b) => a.loss - b.loss).map((one) => ({ ...one, at: allAt(paths, one.loss) })),
  }
}

function pathOf(name: string, answer: Answer, { melted, baseline }: Pick<Judged, 'melted' | 'baseline'>): Path {
  const { outcome, original, levels, natural, reentrant } = answer
  const named = (which: string | undefined): AnsweredLevel | undefined => levels.find((level) => level.name === which)
  const [coarsest, beyond] = [named(answer.coarsest), named(answer.beyond)]
  const courses = [ofClaim, ...Object.keys(original.beside)].map((of): Course => {
    const points = pointsOf({ original, levels }, of)
    const base = baselineOf(baseline, of)
    const before = points[0]?.mean ?? 0
    const meltedAt = before + melted * (base - before)
    const at = coarsest && measuredAt(coarsest, of)
    const isNothing = isAtBase(points[0], base)
    return {
      of,
      meltedAt,
      melting: meltingPoint(isNothing ? points.slice(0, 1) : points, { from: natural.modelLoss, level: meltedAt }),
      ...(isNothing ? { isNothing: true as const } : at === undefined ? {} : { left: shareLeft(at, { before, base }) }),
    }
  })
  const explained = baseline?.loss === undefined ? undefined : explainedBy(coarsest, natural.modelLoss, baseline.loss)
  return {
    ...{ name, outcome, original, levels, reentrant },
    ...(coarsest && { coarsest }),
    ...(beyond && { beyond }),
    courses: courses.sort((a, b) => (a.melting.above ?? Infinity) - (b.melting.above ?? Infinity)),
    ...(explained === undefined ? {} : { explained }),
  }
}

/** Whether what the model itself has may as well be what a model that knows nothing has. */
export const isAtBase = (own: PathPoint | undefined, base: number): boolean =>
  own === undefined || (own.low <= base && base <= own.high)

const baselineOf = (baseline: Baseline | undefined, of: string): number =>
  (of === ofClaim ? baseline?.metric : baseline?.beside[of])?.mean ?? 0

export const measuredAt = (level: AnsweredLevel, of: string): Measured | undefined =>
  of === ofClaim ? level.metric : level.beside[of]

function shareLeft({ mean, low, high }: Measured, { before, base }: { before: number; base: number }): Interpolated {
  const share = (value: number): number => (value - base) / (before - base)
  const [a, b] = [share(low), share(high)]
  return { mean: share(mean), low: Math.min(a, b), high: Math.max(a, b) }
}

function explainedBy(level: AnsweredLevel | undefined, model: number, baseline: number): number | undefined {
  return level?.loss === undefined || !(baseline > model)
    ? undefined
    : (baseline - level.loss.mean) / (baseline - model)
}

/** The measured points of a course, the model itself first, then by rising loss. */
export function pointsOf({ original, levels }: Pick<Path, 'original' | 'levels'>, of: string): PathPoint[] {
  const points = [original, ...levels].flatMap((level): PathPoint[] => {
    const measured = measuredAt(level, of)
    if (measured === undefined || level.loss === undefined) return []
    return [{ loss: level.loss.mean, mean: measured.mean, low: measured.low, high: measured.high }]
  })
  const [first, ...rest] = points
  return first === undefined ? [] : [first, ...rest.sort((a, b) => a.loss - b.loss)]
}

function allAt(paths: readonly Path[], loss: number): EqualLoss['at'] {
  return Object.fromEntries(
    paths.flatMap((path) => {
      const courses = path.courses.flatMap(({ of }) => {
        const value = atLoss(pointsOf(path, of), loss)
        return value === undefined ? [] : [[of, value] as const]
      })
      return courses.length === 0 ? [] : [[path.name, Object.fromEntries(courses)] as const]
    }),
  )
}
