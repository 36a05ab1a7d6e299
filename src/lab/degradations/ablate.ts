import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Decoder } from '../../engine/model/decoder.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { didYouMean } from '../../base/did-you-mean.ts'
import { seededRandom } from '../random.ts'
import { withBiasRoom } from './bias-room.ts'
import { changeWeights, degradedPorts, evaluateParam, lossOutput } from './change-weights.ts'
import { ablatePart, partsOf, type ModelPart } from './model-parts.ts'
import { meansOf } from './part-means.ts'

const what = ['heads', 'mlps', 'both'] as const
const replacements = ['zero', 'mean'] as const
const orders = ['first', 'last', 'random'] as const
const params = Type.Object({
  count: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 1,
    description: 'How many to ablate, the first of the order; all of them where there are fewer',
  }),
  what: Type.Union(
    what.map((one) => Type.Literal(one)),
    { default: 'heads', description: 'What is ablated, where `list` does not name it' },
  ),
  by: Type.Union(
    replacements.map((one) => Type.Literal(one)),
    {
      default: 'zero',
      description:
        'zero: its output becomes zero; mean: its mean over the tokens of `means`, held by the bias of its projection; a model without such biases gets them (attention_bias, mlp_bias)',
    },
  ),
  list: Type.Optional(
    Type.Array(Type.String({ pattern: '^(\\d+\\.\\d+|mlp\\.\\d+)$' }), {
      minItems: 1,
      description: 'The order in full: heads as layer.head (9.6), MLPs as mlp.layer (mlp.9), counted from 0',
    }),
  ),
  order: Type.Union(
    orders.map((one) => Type.Literal(one)),
    {
      default: 'random',
      description: 'Without `list`: from the first layer, from the last, or shuffled by `orderSeed`',
    },
  ),
  orderSeed: Type.Integer({
    minimum: 0,
    maximum: 2 ** 32 - 1,
    default: 0,
    description: 'Seed of the random order. Not the stage’s own seed, so that a higher dose ablates more of the same',
  }),
  evaluate: evaluateParam,
})

/** Heads or MLPs taken out one after the other, by their weights. */
export const ablate = defineStage({
  name: 'ablate',
  version: 3,
  role: 'degradation',
  summary: 'Take heads or MLPs out of the model, in a given or random order',
  source: 'Michel, Levy, Neubig 2019 (arXiv 1905.10650); mean ablation: Wang et al. 2022 (arXiv 2211.00593)',
  example: ['model: some-model', 'count: 2', 'list: ["9.9", "10.0", "mlp.11"]', 'measured: some-dataset'].join('\n'),
  seeded: false,
  params,
  inputs: {
    ...degradedPorts,
    means: { accepts: ['dataset'], optional: true, description: 'Text over which means are taken; for by: mean' },
  },
  outputs: {
    model: { type: 'ensemble', description: 'The model without those parts' },
    loss: lossOutput,
    ablated: { type: 'record', description: 'Names of the parts that were ablated, in order, and how many there are' },
  },
  run: async ({ with: options, inputs, ctx }) => {
    const { count, by } = options
    const means = inputs['means']?.path
    if ((by === 'mean') !== (means !== undefined))
      throw new StageError(
        by === 'mean' ? 'by: mean needs a text to take means over' : 'means are given, and by is zero',
        by === 'mean' ? 'Give means: DATASET.' : 'Write by: mean, or take out means.',
      )
    let ablated: { parts: string[]; of: number } | undefined
    const model = inputs['model']
    // A mean is held by a bias, and most of Llama's projections have none.
    const isRoomy = means !== undefined && model !== undefined
    const held = isRoomy ? await withBiasRoom(model, join(ctx.scratch, 'with-biases')) : model
    const made = await changeWeights({
      inputs: { ...inputs, ...(held && { model: held }) },
      evaluate: options.evaluate,
      ctx,
      draws: 1,
      apply: async ({ weights, original, network: { decoder, type } }) => {
        if (decoder === undefined) throw new StageError(`a model of type ${type} has no heads and MLPs to ablate`)
        const order = orderOf(decoder, options)
        const parts = order.slice(0, count)
        const found =
          means === undefined
            ? undefined
            : await meansOf(parts, { decoder, weights: original, data: means, evaluate: options.evaluate, ctx })
        for (const part of parts) ablatePart(weights, part, found?.get(part.name))
        ablated = { parts: parts.map(({ name }) => name), of: order.length }
      },
    })
    return { ...made, ablated: { value: ablated ?? { parts: [], of: 0 } } }
  },
  report: ({ outputs }) => {
    const ref = outputs['ablated']
    if (ref === undefined || !('value' in ref)) return []
    const { parts, of } = ref.value as unknown as { parts: readonly string[]; of: number }
    return [{ type: 'text', title: 'Ablated', lines: [`${parts.length} of ${of}: ${parts.join(', ') || 'none'}`] }]
  },
})

interface Order {
  readonly what: (typeof what)[number]
  readonly list?: readonly string[] | undefined
  readonly order: (typeof orders)[number]
  readonly orderSeed: number
}

/** The parts in the order in which they are to go. Throws StageError for a name that the model does not have, or twice. */
export function orderOf(decoder: Decoder, { what, list, order, orderSeed }: Order): ModelPart[] {
  if (list === undefined) {
    const parts = partsOf(decoder, what)
    if (parts.length === 0) throw new StageError(`the model has no ${what} to ablate`, 'Write what: heads.')
    if (order === 'random') return seededRandom(String(orderSeed), 'ablation order').shuffled(parts)
    return order === 'first' ? parts : parts.reverse()
  }
  const all = new Map(partsOf(decoder, 'both').map((part) => [part.name, part]))
  return list.map((name, i) => {
    const part = all.get(name)
    const [near] = didYouMean(name, [...all.keys()])
    if (part === undefined)
      throw new StageError(
        `the model has no part ${name}: it has ${decoder.layers} layers of ${decoder.heads} heads, counted from 0`,
        near === undefined ? 'Name heads as layer.head and MLPs as mlp.layer.' : `Did you mean ${near}?`,
      )
    if (list.indexOf(name) !== i) throw new StageError(`list names ${name} twice`)
    return part
  })
}
