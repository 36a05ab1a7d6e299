import { Type } from '@sinclair/typebox'
import type { RandomStream } from '../../engine/sampling/random.ts'
import type { Weights } from '../../engine/model/weights.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { changeWeights, evaluateParam, lossOutput, measuredPort } from './change-weights.ts'

const relativeTo = ['tensor', 'model', 'nothing'] as const

/** Gaussian noise on every weight: the control that knows nothing of the loss. */
export const noise = defineStage({
  name: 'noise',
  version: 1,
  role: 'degradation',
  summary: 'Add Gaussian noise to every weight',
  seeded: true,
  params: Type.Object({
    scale: Type.Number({
      minimum: 0,
      default: 0.1,
      description: 'Standard deviation of the noise, in units that `relative` says',
    }),
    relative: Type.Union(
      relativeTo.map((one) => Type.Literal(one)),
      {
        default: 'tensor',
        description:
          'tensor: times each tensor’s root mean square; model: times that of all weights; nothing: as it is (isotropic)',
      },
    ),
    draws: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 8,
      description: 'Noisy models to make, independent of each other',
    }),
    evaluate: evaluateParam,
  }),
  inputs: { model: { accepts: ['model'], description: 'The model' }, measured: measuredPort },
  outputs: { model: { type: 'ensemble', description: 'The noisy models' }, loss: lossOutput },
  run: async ({ with: options, inputs, ctx }) => {
    const { scale, relative, draws } = options
    const { RandomStream } = await import('../../engine/sampling/random.ts')
    const stream = new RandomStream(ctx.seed, 'noise')
    return changeWeights({
      model: inputs['model']?.path ?? '',
      measured: inputs['measured']?.path,
      evaluate: options.evaluate,
      ctx,
      draws,
      apply: (weights, _, draw) => {
        addNoise(weights, { scale, relative, stream, draw })
      },
    })
  },
})

interface NoiseOptions {
  readonly scale: number
  readonly relative: (typeof relativeTo)[number]
  readonly stream: RandomStream
  readonly draw: number
}

/** w ← w + scale · unit · ξ in place, the unit as `relative` says; draw d uses step d of the stream. */
export function addNoise({ flat, tensors }: Weights, { scale, relative, stream, draw }: NoiseOptions): void {
  const all = relative === 'model' ? rootMeanSquare(flat) : 1
  const xi = new Float32Array(flat.length)
  stream.normals(draw, xi)
  let offset = 0
  for (const { data } of tensors.values()) {
    const values = data as Float32Array
    const unit = scale * (relative === 'tensor' ? rootMeanSquare(values) : all)
    for (let i = 0; i < values.length; i++) values[i]! += unit * xi[offset + i]!
    offset += values.length
  }
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!
  return Math.sqrt(sum / values.length)
}
