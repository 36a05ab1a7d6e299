import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Json } from '../../../base/json.ts'
import type { StoredTensor } from '../../../engine/model/safetensors.ts'
import { writeSafetensors } from '../../../engine/model/safetensors.ts'
import type { StageInput } from '../../../stage/artifact.ts'
import type { Metrics } from '../../../stage/metrics.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { readDataset } from '../../datasets/dataset.ts'
import { firstSequences } from '../../datasets/first-sequences.ts'
import type { DrawValues } from '../../statistics/covariance.ts'
import { correlation, covariances } from '../../statistics/covariance.ts'
import { reliabilityReport } from './reliability-report.ts'
import type { DrawLosses } from './token-losses.ts'
import { bySequence, predictedTokens, tokenLossesOf } from './token-losses.ts'

const mostEntries = 2 ** 26

/**
 * Bayesian influence function: BIF of a datum i on an observable φ is −Cov(φ, ℓ_i) over draws of the tempered posterior,
 * φ being losses of other data or any metric measured on the same draws. Kreer et al. 2025, arXiv 2509.26544.
 */
export const influence = defineStage({
  name: 'influence',
  version: 1,
  role: 'experiment',
  summary: 'Bayesian influence −Cov(φ, ℓ) of data on the losses of other data, and on metrics, over posterior draws',
  source: 'Kreer et al. 2025 (arXiv 2509.26544)',
  seeded: false,
  params: Type.Object({
    per: Type.Union([Type.Literal('token'), Type.Literal('sequence')], {
      default: 'sequence',
      description: 'Whose losses: each token’s, or each sequence’s sum',
    }),
    as: Type.Union([Type.Literal('covariance'), Type.Literal('correlation')], {
      default: 'covariance',
      description: 'Covariances in nats², or correlations, which do not depend on how much a loss varies',
    }),
    sequences: Type.Integer({
      minimum: 1,
      maximum: 65_536,
      default: 64,
      description: 'Sequences read of each dataset',
    }),
  }),
  inputs: {
    model: { accepts: ['ensemble'], description: 'Draws of the posterior' },
    data: { accepts: ['dataset'], description: 'Data whose influence is asked for, the rows' },
    queries: {
      accepts: ['dataset'],
      optional: true,
      description: 'Data that is influenced, the columns; left out: the same',
    },
    observables: {
      accepts: ['metrics'],
      optional: true,
      many: true,
      description: 'Metrics measured on the same draws: further columns',
    },
  },
  outputs: {
    influence: {
      type: 'tensors',
      description:
        '`influence.safetensors`: `influence` [rows, columns], and of rows and columns the `sequence`, `position` and `token`; `observables` [rows, metrics] where given',
    },
    metrics: { type: 'metrics', description: '`reliability` of the matrix' },
    names: { type: 'record', description: 'Names of the observables, in the order of their columns' },
  },
  metrics: {
    reliability: {
      unit: 'dimensionless',
      description:
        'Correlation of the matrix from every other chain with that from the rest; of draws where there is one chain',
    },
  },
  example: 'model: some-ensemble\ndata: some-dataset',
  run: async ({ with: { per, as, sequences }, inputs, ctx }) => {
    const data = firstSequences(await readDataset(inputs['data']?.path ?? ''), sequences)
    const queries = inputs['queries']?.path
    const asked = queries === undefined ? data : firstSequences(await readDataset(queries), sequences)
    const draws = await tokenLossesOf(inputs['model'], ctx, queries === undefined ? [data] : [data, asked])
    if (draws.length < 4)
      throw new StageError(`${draws.length} draws are too few for covariances; at least 4 are needed`)
    const rows = quantities(draws, 0, { data, per })
    const columns = queries === undefined ? rows : quantities(draws, 1, { data: asked, per })
    checkSize(rows[0]!.length * columns[0]!.length, per)
    const matrix = negative(covariances(rows, columns, as))
    const watched = observablesOf(inputs['observables'], draws)
    const beside = watched.names.length === 0 ? undefined : negative(covariances(rows, watched.values, as))
    const shape = [rows[0]!.length, columns[0]!.length]
    const tensors = new Map<string, StoredTensor>([['influence', floats(matrix, shape)]])
    if (beside !== undefined) tensors.set('observables', floats(beside, [shape[0]!, watched.names.length]))
    for (const [name, tensor] of labels('rows', data, per)) tensors.set(name, tensor)
    for (const [name, tensor] of labels('columns', asked, per)) tensors.set(name, tensor)
    await writeSafetensors(join(ctx.out, 'influence.safetensors'), tensors)
    const halves = [0, 1].map((half) => {
      const chosen = draws.map((_, i) => i).filter((i) => halfOf(draws, i) === half)
      return covariances(
        chosen.map((i) => rows[i]!),
        chosen.map((i) => columns[i]!),
        as,
      )
    }) as [Float64Array, Float64Array]
    const metrics: Metrics = {
      metrics: {
        reliability: { unit: 'dimensionless', values: [[correlation(...halves)]], items: matrix.length, itemError: 0 },
      },
    }
    return {
      influence: { path: join(ctx.out, 'influence.safetensors') },
      metrics: { value: metrics as unknown as Json },
      names: { value: watched.names },
    }
  },
  report: (finished) => reliabilityReport(finished, 'influence'),
})

/** Every other chain; every other draw where there is one chain. */
function halfOf(draws: readonly DrawLosses[], i: number): number {
  const chains = [...new Set(draws.map(({ member }) => member.chain))]
  return (chains.length === 1 ? i : chains.indexOf(draws[i]!.member.chain)) % 2
}

interface Asked {
  readonly data: Dataset
  readonly per: 'token' | 'sequence'
}
function quantities(draws: readonly DrawLosses[], which: number, { data, per }: Asked): DrawValues {
  const tokens = predictedTokens(data)
  return draws.map(({ reading }) =>
    per === 'token' ? reading[which]! : bySequence(reading[which]!, tokens, data.sequences),
  )
}

/** Values of each metric at each draw, in the draws' order. Throws StageError where they are of other draws. */
function observablesOf(
  input: StageInput | undefined,
  draws: readonly DrawLosses[],
): { readonly names: string[]; readonly values: DrawValues } {
  const named = (input?.items ?? []).flatMap((item, place) => {
    const { metrics } = item.value as unknown as Metrics
    return Object.entries(metrics).map(([name, { values }]) => ({ name: `${place}.${name}`, values: values.flat() }))
  })
  const wrong = named.find(({ values }) => values.length !== draws.length)
  if (wrong !== undefined)
    throw new StageError(
      `the metric ${wrong.name} has ${wrong.values.length} values, the posterior ${draws.length} draws`,
      'Measure it on the same stage that is the model here.',
    )
  return { names: named.map(({ name }) => name), values: draws.map((_, i) => named.map(({ values }) => values[i]!)) }
}

function checkSize(entries: number, per: string): void {
  if (entries <= mostEntries) return
  throw new StageError(
    `the matrix would have ${entries} entries, more than ${mostEntries}`,
    per === 'token' ? 'Lower sequences, or set per to sequence.' : 'Lower sequences.',
  )
}

const negative = (values: Float64Array): Float64Array => values.map((each) => -each)
const floats = (data: Float64Array, shape: readonly number[]): StoredTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(data),
})

function labels(of: 'rows' | 'columns', data: Dataset, per: 'token' | 'sequence'): [string, StoredTensor][] {
  const whole = (data: Int32Array): StoredTensor => ({ dtype: 'I32', shape: [data.length], data })
  if (per === 'sequence') return [[`${of}.sequence`, whole(Int32Array.from({ length: data.sequences }, (_, i) => i))]]
  const { sequence, position, token } = predictedTokens(data)
  return [
    [`${of}.sequence`, whole(sequence)],
    [`${of}.position`, whole(position)],
    [`${of}.token`, whole(token)],
  ]
}
