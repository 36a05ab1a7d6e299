import { Type } from '@sinclair/typebox'
import type { Weights } from '../../engine/model/weights.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { changeWeights, degradedPorts, evaluateParam, lossOutput } from './change-weights.ts'

const scopes = ['matrix', 'global'] as const

/** Zeroes the smallest weights of the matrices; gains and biases stay. */
export const prune = defineStage({
  name: 'prune',
  version: 2,
  role: 'degradation',
  summary: 'Zero the fraction of matrix weights that is smallest in magnitude',
  source: 'Han et al. 2015 (arXiv 1506.02626)',
  example: ['model: some-model', 'sparsity: 0.5', 'scope: global', 'measured: some-dataset'].join('\n'),
  seeded: false,
  params: Type.Object({
    sparsity: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.5,
      description: 'Fraction of matrix weights set to zero',
    }),
    scope: Type.Union(
      scopes.map((one) => Type.Literal(one)),
      { default: 'matrix', description: 'matrix: that fraction of each matrix; global: of all matrices together' },
    ),
    evaluate: evaluateParam,
  }),
  inputs: degradedPorts,
  outputs: { model: { type: 'ensemble', description: 'The pruned model' }, loss: lossOutput },
  run: async ({ with: options, inputs, ctx }) => {
    return changeWeights({
      inputs,
      evaluate: options.evaluate,
      ctx,
      draws: 1,
      apply: ({ weights }) => {
        pruneWeights(weights, options)
      },
    })
  },
})

interface PruneOptions {
  readonly sparsity: number
  readonly scope: (typeof scopes)[number]
}

/** Zeroes exactly round(sparsity · n) weights of each group in place; among equals, those that come first. */
export function pruneWeights({ tensors }: Pick<Weights, 'tensors'>, { sparsity, scope }: PruneOptions): void {
  const matrices = [...tensors.values()].filter(({ shape }) => shape.length > 1).map(({ data }) => data as Float32Array)
  if (scope === 'global') zeroSmallest(matrices, sparsity)
  else for (const matrix of matrices) zeroSmallest([matrix], sparsity)
}

function zeroSmallest(group: readonly Float32Array[], sparsity: number): void {
  const magnitudes = Float32Array.from(group.flatMap((values) => Array.from(values, Math.abs))).sort()
  const count = Math.round(sparsity * magnitudes.length)
  if (count === 0) return
  const threshold = magnitudes[count - 1]!
  let ties = count - magnitudes.findIndex((magnitude) => magnitude >= threshold)
  for (const values of group)
    for (let i = 0; i < values.length; i++) {
      const magnitude = Math.abs(values[i]!)
      if (magnitude < threshold || (magnitude === threshold && ties-- > 0)) values[i] = 0
    }
}
