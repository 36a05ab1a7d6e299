import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../../base/json.ts'
import type { Diagnosis } from '../../stage/metrics.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { ChildResult } from '../../stage/stage-kind.ts'
import { defineSearch } from '../../stage/stage-kind.ts'
import { mostChains, samplerParams } from '../degradations/sgld/params.ts'
import type { SweepCell } from './flat-region.ts'
import { flatRegion } from './flat-region.ts'
import { lambdaEstimate, lambdaOf, plainValue } from './llc-samples.ts'
import type { PlannedCell } from './sweep-plan.ts'
import { plannedRow, stepParts } from './sweep-plan.ts'
import { adviceOn, cellsInWords, sweepBlocks, temperaturesInWords, type SweepGrid } from './sweep-report.ts'

const { eta: _eta, nbeta: _nbeta, temperature: _temperature, epsilon: _epsilon, ...shared } = samplerParams
const positives = { minItems: 1, maxItems: 12 }
const params = Type.Object({
  ...shared,
  burnin: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000_000,
      description: 'Steps before the first draw; never averaged. Left out: two relaxation times 2/(εγ) of each cell',
    }),
  ),
  every: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Steps from one draw to the next. Left out: 20 at a row’s largest step, and as much time at smaller ones',
    }),
  ),
  nbetas: Type.Optional(
    Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
      ...positives,
      description:
        'Inverse temperatures nβ, the rows of the grid. Left out: 300, 1000, 3000, and on towards 100,000 while λ̂ still changes',
    }),
  ),
  epsilons: Type.Optional(
    Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
      ...positives,
      description:
        'Step sizes ε, its columns. Left out: for each nβ the largest that a pilot run finds healthy, a half and a quarter of it',
    }),
  ),
  chains: Type.Integer({ minimum: 1, maximum: mostChains, default: 4, description: 'Independent chains in each cell' }),
})

/** Rows where none are asked for: the first three, then one more at a time. */
const rows = [300, 1000, 3000, 10_000, 30_000, 100_000] as const
const firstRows = 3

/**
 * λ̂ over a grid of step sizes and temperatures, and the region where it does not depend on them: an estimate outside one
 * is of the sampler rather than of the model. A cell whose sampler breaks stays empty.
 */
export const llcSweep = defineSearch({
  name: 'llc-sweep',
  version: 2,
  role: 'scale',
  summary: 'Local learning coefficient over step sizes and temperatures, with the flat region found',
  source: 'Lau et al. 2023 (arXiv 2308.12108)',
  seeded: true,
  params,
  inputs: {
    model: { accepts: ['model'], description: 'The trained model, w₀' },
    data: { accepts: ['dataset', 'examples'], description: 'Data of the posterior' },
  },
  outputs: {
    grid: {
      type: 'record',
      description:
        'Every cell: nβ, ε, λ̂ with its error, verdict and why; `columns` of a row; and `flat`, places of the flat region',
    },
    lambda: { type: 'number', description: 'Median of λ̂ over the flat region' },
  },
  grow: ({ with: given, inputs, results }) => {
    const { nbetas, epsilons, kappa, gamma, burnin, every, ...rest } = given
    const known = { kappa, ...defined({ epsilons, gamma, burnin, every }), rest }
    const columns = epsilons?.length ?? stepParts.length
    const wanted: readonly number[] = nbetas ?? rows
    const planned = wanted.map((nbeta, row) => plannedRow(known, { row, nbeta, inputs, results }))
    for (let count = nbetas?.length ?? firstRows; ; count++) {
      const now = planned.slice(0, count)
      const cells = now.flatMap((row) => row.cells ?? [])
      const stages = [...now.flatMap((row) => row.pilot ?? []), ...cells.map(({ stage }) => stage)]
      if (cells.length < count * columns || stages.some(({ name }) => results[name] === undefined)) return { stages }
      const found = gridOf(cells, results, columns)
      if (count < planned.length && !spansRows(found)) continue
      return { stages, outputs: outputsOf(found) }
    }
  },
  report: ({ with: { epsilons }, outputs }) => {
    const lambda = plainValue(outputs['lambda']) as unknown as number
    return sweepBlocks(plainValue(outputs['grid']) as unknown as SweepGrid, { lambda, epsilons })
  },
})

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function gridOf(
  planned: readonly PlannedCell[],
  results: Readonly<Record<string, ChildResult>>,
  columns: number,
): SweepGrid {
  const cells = planned.map(({ nbeta, epsilon, stage }) => cellOf({ nbeta, epsilon }, results[stage.name]!))
  return { cells, columns, flat: flatRegion(cells, columns) }
}

/** Whether the flat region reaches over more than one temperature. */
const spansRows = ({ flat, columns }: SweepGrid): boolean => new Set(flat.map((i) => Math.floor(i / columns))).size > 1

function outputsOf(grid: SweepGrid): Readonly<Record<string, { readonly value: JsonObject | number }>> {
  const { cells, flat } = grid
  if (flat.length === 0)
    throw new StageError(
      `no two neighbouring cells of ${cells.length} agree on λ̂ with a healthy sampler: ${cellsInWords(cells)}`,
      adviceOn(cells),
    )
  const values = flat.map((i) => cells[i]!.estimate!.mean).sort((a, b) => a - b)
  const lambda = (values[Math.floor((values.length - 1) / 2)]! + values[Math.floor(values.length / 2)]!) / 2
  const temperatures = spansRows(grid) ? {} : { warning: temperaturesInWords(grid) }
  return { grid: { value: { ...grid, ...temperatures } as unknown as JsonObject }, lambda: { value: lambda } }
}

function cellOf(place: { readonly nbeta: number; readonly epsilon: number }, { outputs }: ChildResult): SweepCell {
  const { verdict, findings } = plainValue(outputs['diagnosis']) as unknown as Diagnosis
  const worst = findings.find((one) => one.verdict !== 'healthy')?.text
  const why = worst === undefined ? {} : { why: worst }
  if (verdict === 'broken') return { ...place, verdict, ...why }
  const { mean, se } = lambdaEstimate(lambdaOf(outputs['loss'], place.nbeta))
  return { ...place, estimate: { mean, se }, verdict, ...why }
}
