import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Json } from '../../../base/json.ts'
import type { StoredTensor } from '../../../engine/model/safetensors.ts'
import { writeSafetensors } from '../../../engine/model/safetensors.ts'
import type { StageInput } from '../../../stage/artifact.ts'
import type { Metrics } from '../../../stage/metrics.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readDataset } from '../../datasets/dataset.ts'
import { firstSequences } from '../../datasets/first-sequences.ts'
import { correlation } from '../../statistics/covariance.ts'
import { drawsOf, susceptibility } from './susceptibility.ts'
import { reliabilityReport } from './reliability-report.ts'
import type { DrawLosses } from './token-losses.ts'
import { meanOf, predictedTokens, tokenLossesOf } from './token-losses.ts'

/**
 * How the posterior of each component answers to more weight on each token: below 0 where the component expresses the
 * token's pattern, above 0 where it suppresses it. Needs draws in which all weights move, and for each component draws in
 * which it alone does (`parameters:` of a sampler), all at one temperature.
 */
export const susceptibilities = defineStage({
  name: 'susceptibilities',
  version: 1,
  role: 'experiment',
  summary: 'Susceptibilities −Cov[φ, ℓ − L] of components of a model to tokens, over posterior draws',
  source: 'Baker et al. 2025 (arXiv 2504.18274); Gordon et al. 2026 (arXiv 2601.12703)',
  seeded: false,
  params: Type.Object({
    sequences: Type.Integer({
      minimum: 1,
      maximum: 65_536,
      default: 64,
      description: 'Sequences read of each dataset',
    }),
  }),
  inputs: {
    model: { accepts: ['ensemble'], description: 'Draws in which all weights moved' },
    start: { accepts: ['model'], description: 'The trained model, w*' },
    components: {
      accepts: ['ensemble'],
      many: true,
      description: 'Draws in which one component moved alone, one ensemble a component',
    },
    data: { accepts: ['dataset'], description: 'Data of the posterior, on which L is measured' },
    queries: { accepts: ['dataset'], optional: true, description: 'Tokens asked about; left out: those of the data' },
  },
  outputs: {
    susceptibilities: {
      type: 'tensors',
      description:
        '`susceptibilities.safetensors`: `susceptibilities` [components, tokens] in nats², their standard `errors` between chains, and of the tokens the `sequence`, `position` and `token`',
    },
    metrics: { type: 'metrics', description: '`reliability` of the matrix' },
  },
  metrics: {
    reliability: {
      unit: 'dimensionless',
      description:
        'Correlation between the matrix from every other chain and that from the rest; 0 where there is one chain',
    },
  },
  example: 'model: some-ensemble\nstart: some-model\ncomponents: [some-ensemble]\ndata: some-dataset',
  run: async ({ with: { sequences }, inputs, ctx }) => {
    const data = firstSequences(await readDataset(inputs['data']?.path ?? ''), sequences)
    const queries = inputs['queries']?.path
    const asked = queries === undefined ? data : firstSequences(await readDataset(queries), sequences)
    const sets = queries === undefined ? [data] : [data, asked]
    const [start] = await tokenLossesOf(inputs['start'], ctx, [data])
    const full = await tokenLossesOf(inputs['model'], ctx, sets)
    const components: DrawLosses[][] = []
    for (const input of itemsOf(inputs['components'])) components.push(await tokenLossesOf(input, ctx, sets))
    const startLoss = meanOf(start!.reading[0]!)
    const found = components.map((draws) => susceptibility(drawsOf(draws), drawsOf(full), startLoss))
    const byChain = components.map((draws) => chainwise(draws, full, startLoss))
    const tokens = predictedTokens(asked)
    const shape = [components.length, tokens.token.length]
    const path = join(ctx.out, 'susceptibilities.safetensors')
    await writeSafetensors(
      path,
      new Map([
        ['susceptibilities', floats(found, shape)],
        ['errors', floats(byChain.map(standardErrors), shape)],
        ...Object.entries(tokens).map(([name, values]: [string, Int32Array]): [string, StoredTensor] => [
          name,
          { dtype: 'I32', shape: [values.length], data: values },
        ]),
      ]),
    )
    const metrics: Metrics = {
      metrics: {
        reliability: {
          unit: 'dimensionless',
          values: [[reliability(byChain)]],
          items: shape[0]! * shape[1]!,
          itemError: 0,
        },
      },
    }
    return { susceptibilities: { path }, metrics: { value: metrics as unknown as Json } }
  },
  report: (finished) => reliabilityReport(finished, 'susceptibilities'),
})

function itemsOf(input: StageInput | undefined): readonly StageInput[] {
  const items = input?.items ?? []
  if (items.length === 0)
    throw new StageError('no components are given', 'List at least one sampler with `parameters`.')
  return items
}

/** The susceptibilities from each chain alone: the chains of the component against those of the whole with the same number. */
function chainwise(draws: readonly DrawLosses[], full: readonly DrawLosses[], startLoss: number): Float64Array[] {
  const chainOf = (losses: readonly DrawLosses[], chain: number) =>
    losses.filter(({ member }) => member.chain === chain)
  const chains = [...new Set(draws.map(({ member }) => member.chain))]
  return chains.flatMap((chain) => {
    const others = chainOf(full, chain)
    if (others.length === 0) return []
    return [susceptibility(drawsOf(chainOf(draws, chain)), drawsOf(others), startLoss)]
  })
}

/** Of the mean over chains; NaN where there is one chain. */
function standardErrors(chains: readonly Float64Array[]): Float64Array {
  const n = chains.length
  return Float64Array.from(chains[0] ?? [], (_, i) => {
    const mean = chains.reduce((sum, chain) => sum + chain[i]!, 0) / n
    return Math.sqrt(chains.reduce((sum, chain) => sum + (chain[i]! - mean) ** 2, 0) / (n - 1) / n)
  })
}

function reliability(byChain: readonly (readonly Float64Array[])[]): number {
  if (byChain.some((chains) => chains.length < 2)) return 0
  const half = (which: number): number[] =>
    byChain.flatMap((chains) => {
      const chosen = chains.filter((_, i) => i % 2 === which)
      return Array.from(chosen[0]!, (_, i) => chosen.reduce((sum, chain) => sum + chain[i]!, 0) / chosen.length)
    })
  return correlation(half(0), half(1))
}

const floats = (rows: readonly Float64Array[], shape: readonly number[]): StoredTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(rows.flatMap((row) => Array.from(row))),
})
