import { Type } from '@sinclair/typebox'
import type { Weights } from '../../engine/model/weights.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { changeWeights, degradedPorts, evaluateParam, lossOutput } from './change-weights.ts'

const grains = ['tensor', 'row', 'column'] as const

/** Rounds weights to few bits. Symmetric: 2^(b−1) − 1 levels on each side of zero, the largest magnitude the last one. */
export const quantize = defineStage({
  name: 'quantize',
  version: 2,
  role: 'degradation',
  summary: 'Round weights to b bits, symmetric about zero',
  source: 'Jacob et al. 2018 (arXiv 1712.05877), symmetric case',
  example: ['model: some-model', 'bits: 4', 'per: row', 'measured: some-dataset'].join('\n'),
  seeded: false,
  params: Type.Object({
    bits: Type.Integer({ minimum: 2, maximum: 16, default: 4, description: 'Bits a weight' }),
    per: Type.Union(
      grains.map((one) => Type.Literal(one)),
      {
        default: 'tensor',
        description:
          'What shares a scale: a whole tensor, or each channel, that is each row or column of a matrix as it is stored',
      },
    ),
    matrices: Type.Boolean({
      default: false,
      description: 'Round matrices only, and leave gains and biases as they are',
    }),
    evaluate: evaluateParam,
  }),
  inputs: degradedPorts,
  outputs: { model: { type: 'ensemble', description: 'The rounded model' }, loss: lossOutput },
  run: async ({ with: options, inputs, ctx }) => {
    return changeWeights({
      inputs,
      evaluate: options.evaluate,
      ctx,
      draws: 1,
      apply: ({ weights }) => {
        quantizeWeights(weights, options)
      },
    })
  },
})

interface QuantizeOptions {
  readonly bits: number
  readonly per: (typeof grains)[number]
  readonly matrices: boolean
}

/** Rounds in place, halves away from zero as `Math.round` of the magnitude does. */
export function quantizeWeights({ tensors }: Pick<Weights, 'tensors'>, { bits, per, matrices }: QuantizeOptions): void {
  const levels = 2 ** (bits - 1) - 1
  for (const { data, shape } of tensors.values()) {
    if (matrices && shape.length < 2) continue
    const values = data as Float32Array
    const columns = shape.at(-1) ?? 1
    const groupOf =
      shape.length < 2 || per === 'tensor'
        ? () => 0
        : per === 'row'
          ? (i: number) => Math.floor(i / columns)
          : (i: number) => i % columns
    const largest: number[] = []
    for (let i = 0; i < values.length; i++)
      largest[groupOf(i)] = Math.max(largest[groupOf(i)] ?? 0, Math.abs(values[i]!))
    for (let i = 0; i < values.length; i++) {
      const step = largest[groupOf(i)]! / levels
      if (step > 0) values[i] = Math.sign(values[i]!) * Math.round(Math.abs(values[i]!) / step) * step
    }
  }
}
