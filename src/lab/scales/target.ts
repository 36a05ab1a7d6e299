import { Type, type Static, type TSchema } from '@sinclair/typebox'
import type { MetricUnit } from '../../stage/metrics.ts'
import { StageError } from '../../stage/stage-context.ts'
import { lawParam } from './equivalent.ts'
import { perLoss } from './loss-words.ts'
import { scaleOf } from './scale-of.ts'
import { laws } from './scaling-laws.ts'

const closed = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
const nats = (description: string) => Type.Number({ exclusiveMinimum: 0, description })

/** How rough a model is wanted, as a loss or what a loss follows from. */
export const lossTargets = [
  closed({ loss: nats('The loss itself, nats/token') }),
  closed({
    gap: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e6,
      description: 'Multiples k of the natural gap: L + k·(L − L_best)',
    }),
    best: Type.Number({ minimum: 0, description: 'L_best, nats/token; natural-scale gives it as `best`' }),
  }),
  closed({
    explained: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Fraction of explained loss that is left: (L_init − L*) / (L_init − L)',
    }),
  }),
  closed({
    size: nats('Parameters of the equivalent model, counted as the law does'),
    by: lawParam,
  }),
] as const

export const lossTarget = Type.Union([...lossTargets], {
  description:
    'One of { loss: 1.2 }, { gap: 2, best: 1.05 }, { explained: 0.8 }, { size: 1e6, by: pythia }: how rough, in that unit',
})
export type LossTarget = Static<typeof lossTarget>

/** What is measured of the model before a target can be turned into a loss. */
export interface Standing {
  /** The model's own loss L. */
  readonly loss: number
  /** The loss of knowing nothing, L_init: that of an untrained model, or of a uniform guess. */
  readonly start: number
  /** What both are of. */
  readonly unit: MetricUnit
}

/**
 * The target as a loss, in the unit of the model's own. Throws StageError where it does not lie between the model's own loss and that of
 * knowing nothing: no degradation of this model leads there, or what it leads to is worse than no model.
 */
export function lossOfTarget(target: LossTarget, { loss, start, unit }: Standing): number {
  if ('explained' in target && !(loss < start))
    throw new StageError(
      `the model's own loss ${loss.toFixed(4)}${perLoss(unit)} is not under ${start.toFixed(4)}, which knowing nothing costs`,
      'There is nothing of it to lose: give init, the model before its training, or a model that has learnt something.',
    )
  const wanted = rawLoss(target, { loss, start })
  const is = `the target ${wordsOf(target)} is a loss of ${wanted.toFixed(4)}${perLoss(unit)}`
  if (!(wanted > loss))
    throw new StageError(
      `${is}, not above the model's own ${loss.toFixed(4)}`,
      'A degraded model is rougher than the model: take a higher loss.',
    )
  if (!(wanted < start))
    throw new StageError(
      `${is}, not under ${start.toFixed(4)}, which knowing nothing costs`,
      'Nothing of the model is left there: take a lower loss.',
    )
  return wanted
}

function rawLoss(target: LossTarget, { loss, start }: Omit<Standing, 'unit'>): number {
  if ('loss' in target) return target.loss
  if ('explained' in target) return start - target.explained * (start - loss)
  if ('size' in target) return laws[target.by].loss(target.size)
  if (!(loss > target.best))
    throw new StageError(
      `the model's loss ${loss.toFixed(4)} is not above the best loss ${target.best.toFixed(4)}, so there is no gap to take multiples of`,
    )
  return scaleOf(loss, target.best, target.gap)
}

/** A target as it is written. */
export const wordsOf = (target: object): string =>
  `{ ${Object.entries(target)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ')} }`
