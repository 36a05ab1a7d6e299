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
  const count = Math.round(sparsity * group.reduce((sum, { length }) => sum + length, 0))
  if (count === 0) return
  const { threshold, under } = smallest(group, count)
  let ties = count - under
  for (const values of group) {
    const bits = bitsOf(values)
    for (let i = 0; i < values.length; i++) {
      const magnitude = bits[i]! & withoutSign
      if (magnitude < threshold || (magnitude === threshold && ties-- > 0)) values[i] = 0
    }
  }
}

/** Bit patterns of floats without their sign are in the order of the magnitudes. IEEE 754, 5.10. */
const withoutSign = 0x7fffffff
const bitsOf = ({ buffer, byteOffset, length }: Float32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length)

/**
 * The bit pattern of the count-th smallest magnitude, and how many magnitudes are under it: counted by upper halves, then
 * by lower halves among those of the half it is in. Two passes over the weights where they lie, with no copy of them:
 * a hub's smallest models have 10⁸.
 */
function smallest(group: readonly Float32Array[], count: number): { threshold: number; under: number } {
  const counted = (upper?: number): Float64Array => {
    const counts = new Float64Array(2 ** 16)
    for (const values of group)
      for (const pattern of bitsOf(values)) {
        const bits = pattern & withoutSign
        if (upper === undefined) counts[bits >>> 16]!++
        else if (bits >>> 16 === upper) counts[bits & 0xffff]!++
      }
    return counts
  }
  const [upper, before] = reach(counted(), count)
  const [lower, between] = reach(counted(upper), count - before)
  return { threshold: upper * 2 ** 16 + lower, under: before + between }
}

/** The first place at which the running sum reaches `count`, and the sum before it. */
function reach(counts: Float64Array, count: number): [place: number, before: number] {
  let [sum, place] = [0, 0]
  while (place < counts.length - 1 && sum + counts[place]! < count) sum += counts[place++]!
  return [place, sum]
}
