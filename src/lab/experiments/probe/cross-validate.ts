import type { Random } from '../../random.ts'
import type { Fit } from './fit-data.ts'
import { rowsOf, standardise, type Features } from './standardise.ts'

export interface Folds {
  /** Fold of each row. */
  readonly of: Int32Array
  readonly count: number
}

/** Rows into folds at random, rows of the same group into the same one. */
export function makeFolds(groups: readonly string[], count: number, random: Random): Folds {
  const names = random.shuffled([...new Set(groups)])
  const fold = new Map(names.map((name, i) => [name, i % count]))
  return { of: Int32Array.from(groups, (group) => fold.get(group)!), count }
}

/** Predictions of every row from a fit to the rows of the other folds, and the mean of the targets it was fitted to. */
export interface OutOfFold {
  /** By target, [rows]. */
  readonly predicted: readonly Float64Array[]
  readonly baseline: readonly Float64Array[]
}

/** Each set of targets predicted out of fold. */
export function crossValidate(
  features: Features,
  sets: readonly (readonly Float64Array[])[],
  { folds, fit, penalty }: { readonly folds: Folds; readonly fit: Fit; readonly penalty: number | undefined },
): OutOfFold[] {
  const empty = (): Float64Array => new Float64Array(features.rows)
  const results = sets.map((targets) => ({ predicted: targets.map(empty), baseline: targets.map(empty) }))
  const rows = Array.from({ length: features.rows }, (_, i) => i)
  for (let fold = 0; fold < folds.count; fold++) {
    const train = rows.filter((i) => folds.of[i] !== fold)
    const test = rows.filter((i) => folds.of[i] === fold)
    const scaled = standardise(features, train)
    const known = sets.map((targets) => targets.map((y) => Float64Array.from(train, (i) => y[i]!)))
    const found = fit({ train: rowsOf(scaled, train), test: rowsOf(scaled, test) }, known, penalty)
    results.forEach(({ predicted, baseline }, s) => {
      known[s]!.forEach((y, t) => {
        const mean = y.reduce((a, b) => a + b, 0) / y.length
        test.forEach((i, q) => {
          predicted[t]![i] = found[s]![t]![q]!
          baseline[t]![i] = mean
        })
      })
    })
  }
  return results
}
