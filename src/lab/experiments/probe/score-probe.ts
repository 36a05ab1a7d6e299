import type { Reading } from '../../series.ts'
import type { Random } from '../../random.ts'
import { ratioOfMeans } from '../../statistics/ratio-of-means.ts'
import { meanOf } from '../prompts.ts'
import { crossValidate, type Folds, type OutOfFold } from './cross-validate.ts'
import { logistic, ridge } from './fit.ts'
import type { Features } from './standardise.ts'
import { greatCircle, onSphere } from './globe.ts'
import type { ProbeTable } from './read-table.ts'

export interface ProbeScores {
  /** R² of numbers and places, accuracy of classes; out of fold. */
  readonly score: Reading
  /** The same with the targets dealt out at random among the texts: mean over the deals. */
  readonly control: Reading
  /** Great-circle distance of places, km: the median, its standard error by the spread of order statistics. */
  readonly distance?: Reading
  /** By target (class, number, x y z), out of fold. */
  readonly predicted: readonly Float64Array[]
}

interface ProbePlan {
  readonly folds: Folds
  readonly penalty: number | undefined
  /** A permutation of the texts for each control. */
  readonly deals: readonly (readonly number[])[]
}

/** Columns to fit: an indicator a class, a column a number, x y z of a place on the unit sphere. */
export function columnsOf(targets: ProbeTable['targets']): Float64Array[] {
  switch (targets.kind) {
    case 'class':
      return targets.classes.map((name) => Float64Array.from(targets.labels, (label) => Number(label === name)))
    case 'number':
      return targets.values[0]!.map((_, j) => Float64Array.from(targets.values, (row) => row[j]!))
    case 'globe': {
      const points = targets.places.map(onSphere)
      return [0, 1, 2].map((axis) => Float64Array.from(points, (point) => point[axis]!))
    }
  }
}

/** Targets of each text exchanged for those of another. Texts that are the same get the same one (Hewitt and Liang 2019). */
export function dealOf(texts: readonly string[], random: Random): number[] {
  const first = new Map<string, number>()
  texts.forEach((text, i) => first.has(text) || first.set(text, i))
  const own = [...first.values()]
  const dealt = random.shuffled(own)
  const to = new Map(own.map((i, k) => [i, dealt[k]!]))
  return texts.map((text) => to.get(first.get(text)!)!)
}

/** Fits and scores the probe and its controls on one model's activations. */
export function scoreProbe(features: Features, targets: ProbeTable['targets'], plan: ProbePlan): ProbeScores {
  const own = columnsOf(targets)
  const sets = [own, ...plan.deals.map((deal) => own.map((column) => Float64Array.from(deal, (i) => column[i]!)))]
  const fit = targets.kind === 'class' ? logistic : ridge
  const found = crossValidate(features, sets, { folds: plan.folds, fit, penalty: plan.penalty })
  const [score, ...controls] = found.map((one, s) =>
    targets.kind === 'class' ? accuracyOf(one, sets[s]!) : explainedVariance(one, sets[s]!),
  ) as [Reading, ...Reading[]]
  const control = {
    mean: meanOf(controls.map(({ mean }) => mean)).mean,
    error: Math.sqrt(meanOf(controls.map(({ error }) => error ** 2)).mean / controls.length),
  }
  const { predicted } = found[0]!
  return { score, control, predicted, ...(targets.kind === 'globe' ? { distance: distanceOf(predicted, own) } : {}) }
}

/** Share of rows whose largest log-odds is that of the right class. */
const accuracyOf = ({ predicted }: OutOfFold, targets: readonly Float64Array[]): Reading =>
  meanOf(
    Array.from(predicted[0]!, (_, i) => {
      const right = targets.findIndex((column) => column[i] === 1)
      return Number(predicted.every((column, t) => t === right || column[i]! < predicted[right]![i]!))
    }),
  )

/** R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)², ȳ the mean of the rows fitted to; over all targets together. */
export function explainedVariance({ predicted, baseline }: OutOfFold, targets: readonly Float64Array[]): Reading {
  const squares = (from: readonly Float64Array[]): Float64Array =>
    Float64Array.from(targets[0]!, (_, i) => targets.reduce((sum, y, t) => sum + (y[i]! - from[t]![i]!) ** 2, 0))
  const { mean, error } = ratioOfMeans(squares(predicted), squares(baseline))
  return { mean: 1 - mean, error }
}

function distanceOf(predicted: readonly Float64Array[], targets: readonly Float64Array[]): Reading {
  const point = (columns: readonly Float64Array[], i: number): number[] => columns.map((column) => column[i]!)
  const all = Array.from(predicted[0]!, (_, i) => greatCircle(point(predicted, i), point(targets, i))).sort(
    (a, b) => a - b,
  )
  const at = (share: number): number =>
    all[Math.min(all.length - 1, Math.max(0, Math.round(share * (all.length - 1))))]!
  // One standard deviation of a binomial count either side of the middle.
  const reach = 0.5 / Math.sqrt(all.length)
  return { mean: at(0.5), error: (at(0.5 + reach) - at(0.5 - reach)) / 2 }
}
