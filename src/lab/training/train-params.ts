import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { schedules } from '../../engine/training/schedule.ts'

export const trainParams = Type.Object({
  layers: Type.Integer({
    minimum: 1,
    maximum: 96,
    default: 2,
    description: 'Transformer blocks of the decoder that is trained where neither `config` nor `model` is given',
  }),
  width: Type.Integer({
    minimum: 1,
    maximum: 16_384,
    default: 64,
    description: 'Width of the residual stream; a multiple of heads',
  }),
  heads: Type.Integer({ minimum: 1, maximum: 256, default: 4, description: 'Attention heads in a block' }),
  steps: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 1500, description: 'Optimizer steps' }),
  batch: Type.Integer({ minimum: 1, maximum: 65_536, default: 64, description: 'Sequences or examples in a step' }),
  rate: Type.Number({ exclusiveMinimum: 0, default: 3e-3, description: 'Peak learning rate' }),
  accumulate: Type.Integer({
    minimum: 1,
    maximum: 65_536,
    default: 1,
    description: 'Parts in which a batch is taken, their gradients added up: less memory, the same step',
  }),
  schedule: Type.Union(
    schedules.map((one) => Type.Literal(one)),
    { default: 'cosine', description: 'How the learning rate goes on after the warm-up: down to `floor`, or constant' },
  ),
  warmup: Type.Integer({ minimum: 0, default: 100, description: 'Steps of linear warm-up; the schedule follows' }),
  floor: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.05,
    description: 'Final learning rate as a share of the peak',
  }),
  weightDecay: Type.Number({
    minimum: 0,
    default: 0.01,
    description: 'Decay per unit of learning rate; with sgd the slope of (λ/2)‖w‖² added to the loss',
  }),
  decay: Type.Union([Type.Literal('matrices'), Type.Literal('all')], {
    default: 'matrices',
    description: 'What weight decay acts on: matrices, or biases and gains too',
  }),
  optimizer: Type.Union([Type.Literal('adamw'), Type.Literal('sgd')], {
    default: 'adamw',
    description: 'AdamW, or stochastic gradient descent with momentum',
  }),
  beta1: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.9, description: 'AdamW: memory of the gradient' }),
  beta2: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.99, description: 'AdamW: memory of its square' }),
  momentum: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.9, description: 'sgd: memory of the steps' }),
  start: Type.Union([Type.Literal('fresh'), Type.Literal('model')], {
    default: 'fresh',
    description: 'Weights to begin with: drawn afresh, or those of `model`',
  }),
  output: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'An output of the network that is itself the loss to make small. Left out: what the answers ask for',
    }),
  ),
  clip: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Largest gradient norm' }),
  checkpoints: Type.Integer({
    minimum: 2,
    maximum: 1000,
    default: 20,
    description: 'Checkpoints kept, spaced logarithmically, step 0 and the last included',
  }),
})
export type TrainParams = Static<typeof trainParams>
