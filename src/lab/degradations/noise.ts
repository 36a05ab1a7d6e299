import { Type } from '@sinclair/typebox'
import type { RandomStream } from '../../engine/sampling/random.ts'
import type { Weights } from '../../engine/model/weights.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { changeWeights, degradedPorts, evaluateParam, lossOutput } from './change-weights.ts'

const relativeTo = ['tensor', 'layer', 'model', 'nothing'] as const

/** Gaussian noise on every weight: the control that knows nothing of the loss. */
export const noise = defineStage({
  name: 'noise',
  version: 3,
  role: 'degradation',
  summary: 'Add Gaussian noise to every weight',
  source:
    'Isotropic noise around trained weights: Li et al. 2018 (arXiv 1712.09913), there per filter as here per tensor',
  example: ['model: some-model', 'scale: 0.1', 'relative: layer', 'measured: some-dataset'].join('\n'),
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
          'tensor: times each tensor’s root mean square; layer: times that of all weights of its numbered block, a tensor outside of blocks being one by itself; model: of all weights; nothing: as it is (isotropic)',
      },
    ),
    matrices: Type.Boolean({
      default: false,
      description: 'Noise on matrices only; gains and biases stay as they are',
    }),
    draws: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 8,
      description: 'Noisy models to make of each model given, independent of each other',
    }),
    evaluate: evaluateParam,
  }),
  inputs: degradedPorts,
  outputs: { model: { type: 'ensemble', description: 'The noisy models' }, loss: lossOutput },
  run: async ({ with: options, inputs, ctx }) => {
    const { scale, relative, matrices, draws } = options
    const { RandomStream } = await import('../../engine/sampling/random.ts')
    const stream = new RandomStream(ctx.seed, 'noise')
    return changeWeights({
      inputs,
      evaluate: options.evaluate,
      ctx,
      draws,
      apply: ({ weights, draw }) => {
        addNoise(weights, { scale, relative, matrices, stream, draw })
      },
    })
  },
})

interface NoiseOptions {
  readonly scale: number
  readonly relative: (typeof relativeTo)[number]
  readonly matrices?: boolean
  readonly stream: RandomStream
  readonly draw: number
}

/** w ← w + scale · unit · ξ in place, the unit as `relative` says; draw d uses step d of the stream. */
export function addNoise({ flat, tensors }: Weights, { scale, relative, matrices, stream, draw }: NoiseOptions): void {
  const xi = new Float32Array(flat.length)
  stream.normals(draw, xi)
  const units = unitsOf(tensors, relative)
  let offset = 0
  for (const [name, { data, shape }] of tensors) {
    const values = data as Float32Array
    const step = matrices === true && shape.length < 2 ? 0 : scale * units(name)
    for (let i = 0; i < values.length; i++) values[i]! += step * xi[offset + i]!
    offset += values.length
  }
}

/** The unit of each tensor by name: the root mean square over the tensors that share it, before anything is changed. */
function unitsOf(tensors: Weights['tensors'], relative: NoiseOptions['relative']): (name: string) => number {
  if (relative === 'nothing') return () => 1
  const groupOf = (name: string): string =>
    relative === 'model' ? '' : relative === 'layer' ? (layerOf(name) ?? name) : name
  const groups = new Map<string, { sum: number; count: number }>()
  for (const [name, { data }] of tensors) {
    const group = groups.get(groupOf(name)) ?? { sum: 0, count: 0 }
    for (const value of data as Float32Array) group.sum += value * value
    group.count += data.length
    groups.set(groupOf(name), group)
  }
  return (name) => {
    const { sum, count } = groups.get(groupOf(name))!
    return Math.sqrt(sum / count)
  }
}

/** The numbered block that a tensor belongs to (`h.3`, `gpt_neox.layers.3`); none for embeddings and the last norm. */
const layerOf = (name: string): string | undefined => /^(?:.*?\.)?(?:h|layers?|blocks?)\.\d+(?=\.)/.exec(name)?.[0]
