import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../../base/json.ts'
import type { Diagnosis } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { ChildResult, ChildStage } from '../../stage/stage-kind.ts'
import { defineSearch } from '../../stage/stage-kind.ts'
import { mostChains, samplerParams } from '../degradations/sgld/params.ts'
import type { SweepCell } from './flat-region.ts'
import { flatRegion } from './flat-region.ts'
import { lambdaEstimate, lambdaOf, plainValue } from './llc-samples.ts'

const { eta: _eta, nbeta: _nbeta, temperature: _temperature, epsilon: _epsilon, ...shared } = samplerParams
const params = Type.Object({
  ...shared,
  nbetas: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
    minItems: 1,
    maxItems: 12,
    default: [300, 1000, 3000],
    description: 'Inverse temperatures nβ, the rows of the grid',
  }),
  epsilons: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
    minItems: 1,
    maxItems: 12,
    default: [5e-6, 1.5e-5, 5e-5],
    description: 'Step sizes ε, its columns',
  }),
  chains: Type.Integer({ minimum: 1, maximum: mostChains, default: 4, description: 'Independent chains in each cell' }),
})

/**
 * λ̂ over a grid of step sizes and temperatures, and the region where it does not depend on them: an estimate outside one
 * is of the sampler rather than of the model. A cell whose sampler breaks stays empty.
 */
export const llcSweep = defineSearch({
  name: 'llc-sweep',
  version: 1,
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
      description: 'Every cell: nβ, ε, λ̂ with its error, verdict; and `flat`, places of the flat region',
    },
    lambda: { type: 'number', description: 'Median of λ̂ over the flat region' },
  },
  grow: ({ with: given, inputs, results }) => {
    const { nbetas, epsilons, ...rest } = given
    const places = nbetas.flatMap((nbeta) => epsilons.map((epsilon) => ({ nbeta, epsilon })))
    const stages = places.map(({ nbeta, epsilon }, i): ChildStage => ({
      name: `cell-${Math.floor(i / epsilons.length)}-${i % epsilons.length}`,
      use: 'sgld',
      with: { ...rest, nbeta, epsilon },
      inputs,
    }))
    if (stages.some(({ name }) => results[name] === undefined)) return { stages }
    const cells = places.map((place, i) => cellOf(place, results[stages[i]!.name]!))
    const flat = flatRegion(cells, epsilons.length)
    if (flat.length === 0)
      throw new StageError(
        `no two neighbouring cells of ${cells.length} agree on λ̂ with a healthy sampler: ${cells.map(inWords).join('; ')}`,
        'Try other step sizes and temperatures, a longer burn-in, or a larger kappa.',
      )
    const values = flat.map((i) => cells[i]!.estimate!.mean).sort((a, b) => a - b)
    const lambda = (values[Math.floor((values.length - 1) / 2)]! + values[Math.floor(values.length / 2)]!) / 2
    return { stages, outputs: { grid: { value: { cells, flat } as unknown as JsonObject }, lambda: { value: lambda } } }
  },
  report: ({ with: { nbetas, epsilons }, outputs }) => {
    const { cells, flat } = plainValue(outputs['grid']) as unknown as { cells: SweepCell[]; flat: number[] }
    return [table(cells, { nbetas, epsilons, flat })]
  },
})

function cellOf(place: { readonly nbeta: number; readonly epsilon: number }, { outputs }: ChildResult): SweepCell {
  const { verdict } = plainValue(outputs['diagnosis']) as unknown as Diagnosis
  if (verdict === 'broken') return { ...place, verdict }
  const { mean, se } = lambdaEstimate(lambdaOf(outputs['loss'], place.nbeta))
  return { ...place, estimate: { mean, se }, verdict }
}

const inWords = ({ nbeta, epsilon, estimate, verdict }: SweepCell): string =>
  `nβ ${nbeta}, ε ${epsilon}: ${estimate === undefined ? '' : `${estimate.mean.toPrecision(3)} ± ${estimate.se.toPrecision(2)}, `}${verdict}`

interface Grid {
  readonly nbetas: readonly number[]
  readonly epsilons: readonly number[]
  readonly flat: readonly number[]
}

function table(cells: readonly SweepCell[], { nbetas, epsilons, flat }: Grid): ReportBlock {
  const text = ({ estimate, verdict }: SweepCell, place: number): string => {
    if (estimate === undefined) return verdict
    const number = `${estimate.mean.toPrecision(3)} ± ${estimate.se.toPrecision(2)}`
    return `${number}${flat.includes(place) ? ' *' : ''}${verdict === 'healthy' ? '' : ` (${verdict})`}`
  }
  return {
    type: 'table',
    title: 'Learning coefficient by nβ and ε (* in the flat region)',
    columns: ['nβ', ...epsilons.map((epsilon) => `ε ${epsilon}`)],
    rows: nbetas.map((nbeta, row) => [
      `${nbeta}`,
      ...epsilons.map((_, column) => text(cells[row * epsilons.length + column]!, row * epsilons.length + column)),
    ]),
  }
}
