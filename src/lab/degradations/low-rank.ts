import { Type } from '@sinclair/typebox'
import type { Weights } from '../../engine/model/weights.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { changeWeights, degradedPorts, evaluateParam, lossOutput } from './change-weights.ts'
import { truncateRank } from './truncate-rank.ts'

const measures = ['energy', 'rank'] as const

/** Cuts the singular values of every matrix; gains and biases stay. */
export const lowRank = defineStage({
  name: 'low-rank',
  version: 1,
  role: 'degradation',
  summary: 'Replace every matrix by its best approximation of lower rank',
  source: 'Eckart and Young 1936; Sharma et al. 2023 (arXiv 2312.13558) on transformers',
  example: ['model: some-model', 'keep: 0.9', 'of: energy', 'measured: some-dataset'].join('\n'),
  seeded: false,
  params: Type.Object({
    keep: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.9,
      description:
        'Fraction to keep, of what `of` says; 1 changes nothing, 0 leaves no matrix. Tensors of more than two axes, such as filters, stay as they are',
    }),
    of: Type.Union(
      measures.map((one) => Type.Literal(one)),
      {
        default: 'energy',
        description:
          'energy: of the sum of squared singular values, by as few of them as reach it; rank: of the number of singular values, rounded',
      },
    ),
    evaluate: evaluateParam,
  }),
  inputs: degradedPorts,
  outputs: { model: { type: 'ensemble', description: 'The model with matrices of lower rank' }, loss: lossOutput },
  run: ({ with: options, inputs, ctx }) =>
    changeWeights({
      inputs,
      evaluate: options.evaluate,
      ctx,
      draws: 1,
      apply: ({ weights }) => {
        lowerRank(weights, options)
      },
    }),
})

interface LowRankOptions {
  readonly keep: number
  readonly of: (typeof measures)[number]
}

/** Truncates each matrix in place, the largest singular values staying. Tensors of more than two axes are left as they are. */
export function lowerRank({ tensors }: Pick<Weights, 'tensors'>, { keep, of }: LowRankOptions): void {
  if (keep === 1) return
  for (const { data, shape } of tensors.values()) {
    const [rows, columns, ...more] = shape
    if (rows === undefined || columns === undefined || more.length > 0) continue
    const rankOf = (values: Float64Array): number =>
      of === 'rank' ? Math.round(keep * values.length) : rankOfEnergy(values, keep)
    truncateRank(data as Float32Array, [rows, columns], rankOf)
  }
}

/** How many of the falling squared singular values are needed to reach that fraction of their sum. */
export function rankOfEnergy(squares: Float64Array, keep: number): number {
  const wanted = keep * squares.reduce((sum, value) => sum + value, 0)
  let [sum, rank] = [0, 0]
  // A hair under the whole is the whole: the sum is rounded too.
  while (rank < squares.length && sum < wanted * (1 - 1e-12)) sum += squares[rank++]!
  return rank
}
