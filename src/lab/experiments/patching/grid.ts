import { StageError } from '../../../stage/stage-context.ts'
import { samplesOf, type Member } from '../../series.ts'
import { estimate } from '../../statistics/estimate.ts'
import { ratioOfMeans } from '../../statistics/ratio-of-means.ts'
import type { GridPlan, GridScores } from './patch-grid.ts'

/** Normalised effects by layer (rows) and head or position (columns). */
export interface Grid {
  readonly layers: readonly number[]
  readonly columns: readonly string[]
  /** Mean over draws. */
  readonly effect: readonly (readonly number[])[]
  /** Standard error: over draws clustered by chain, or over pairs where there is one model. */
  readonly error: readonly (readonly number[])[]
  /** The cell that the metric `effect` is of, by index. */
  readonly cell: { readonly row: number; readonly column: number }
}

/** The grid's figures. Throws StageError where the model answers clean and corrupted prompts alike. */
export function gridOf(
  readings: readonly { readonly member: Member; readonly reading: GridScores }[],
  { layers, columns }: GridPlan,
): Omit<Grid, 'cell'> {
  for (const { member, reading } of readings) checkGap(member, reading)
  const cells = layers.map((_, row) =>
    columns.map((_, column) => {
      const one = readings.map(({ member, reading: { clean, corrupt, patched } }) => ({
        member,
        reading: ratioOfMeans(
          patched[row]![column]!.map((score, i) => score - corrupt[i]!),
          clean.map((score, i) => score - corrupt[i]!),
        ),
      }))
      return estimate(samplesOf(one, { unit: 'dimensionless', items: one.length }), 0.025)
    }),
  )
  return {
    layers,
    columns: columns.map(({ name }) => name),
    effect: cells.map((row) => row.map(({ mean }) => mean)),
    error: cells.map((row) => row.map(({ se }) => se)),
  }
}

function checkGap(member: Member, { clean, corrupt }: GridScores): void {
  const gap = clean.reduce((sum, score, i) => sum + score - corrupt[i]!, 0)
  if (Number.isNaN(gap)) throw new StageError(`the model of ${member.file} gives NaN here: its weights have diverged`)
  if (gap === 0)
    throw new StageError(
      `the model of ${member.file} scores clean and corrupted prompts alike, so no effect can be a share of the difference`,
      'Take prompts whose corruption changes the answer.',
    )
}

/** The cell whose mean effect is farthest from `rest`, the value where the exchange changes nothing: 0, of noising 1. */
export function bestCell({ effect }: Pick<Grid, 'effect'>, rest: number): Grid['cell'] {
  let best = { row: 0, column: 0 }
  effect.forEach((values, row) => {
    values.forEach((value, column) => {
      if (Math.abs(value - rest) > Math.abs(effect[best.row]![best.column]! - rest)) best = { row, column }
    })
  })
  return best
}

/** The cell of a layer and a column's name. Throws StageError where the grid has none such. */
export function checkCell(
  { layers, columns }: Pick<Grid, 'layers' | 'columns'>,
  wanted: { readonly layer: number; readonly column: string },
): Grid['cell'] {
  const cell = { row: layers.indexOf(wanted.layer), column: columns.indexOf(wanted.column) }
  if (cell.row < 0 || cell.column < 0)
    throw new StageError(
      `the grid has no cell at layer ${wanted.layer}, ${wanted.column}`,
      `Layers ${layers.join(', ')}; columns ${columns.join(', ')}.`,
    )
  return cell
}
