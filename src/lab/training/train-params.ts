import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'

export const trainParams = Type.Object({
  layers: Type.Integer({ minimum: 1, maximum: 96, default: 2, description: 'Transformer blocks' }),
  width: Type.Integer({
    minimum: 1,
    maximum: 16_384,
    default: 64,
    description: 'Width of the residual stream; a multiple of heads',
  }),
  heads: Type.Integer({ minimum: 1, maximum: 256, default: 4, description: 'Attention heads in a block' }),
  steps: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 1500, description: 'Optimizer steps' }),
  batch: Type.Integer({ minimum: 1, maximum: 65_536, default: 64, description: 'Sequences in a step' }),
  rate: Type.Number({ exclusiveMinimum: 0, default: 3e-3, description: 'Peak learning rate' }),
  warmup: Type.Integer({ minimum: 0, default: 100, description: 'Steps of linear warm-up; a half cosine follows' }),
  floor: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.05,
    description: 'Final learning rate as a share of the peak',
  }),
  weightDecay: Type.Number({
    minimum: 0,
    default: 0.01,
    description: 'AdamW decay of matrices, per unit of learning rate',
  }),
  clip: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Largest gradient norm' }),
  checkpoints: Type.Integer({
    minimum: 2,
    maximum: 1000,
    default: 20,
    description: 'Checkpoints kept, spaced logarithmically, step 0 and the last included',
  }),
})
export type TrainParams = Static<typeof trainParams>
