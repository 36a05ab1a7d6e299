import { Type } from '@sinclair/typebox'
import type { Network } from '../../engine/model/network.ts'
import type { Weights } from '../../engine/model/weights.ts'
import type { Graph } from '../../engine/onnx/graph.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { changeWeights, degradedPorts, evaluateParam, lossOutput } from './change-weights.ts'
import type { Blocks } from './channel-blocks.ts'

const grains = ['tensor', 'channel', 'row', 'column'] as const

/** Rounds weights to few bits. Symmetric: 2^(b−1) − 1 levels on each side of zero, the largest magnitude the last one. */
export const quantize = defineStage({
  name: 'quantize',
  version: 3,
  role: 'degradation',
  summary: 'Round weights to b bits, symmetric about zero',
  source: 'Jacob et al. 2018 (arXiv 1712.05877), symmetric case',
  example: ['model: some-model', 'bits: 4', 'per: channel', 'measured: some-dataset'].join('\n'),
  seeded: false,
  params: Type.Object({
    bits: Type.Integer({ minimum: 2, maximum: 16, default: 4, description: 'Bits a weight' }),
    per: Type.Union(
      grains.map((one) => Type.Literal(one)),
      {
        default: 'tensor',
        description:
          'What shares a scale: a whole tensor; each output channel, whichever axis of a matrix or filter that is (of an embedding, each row); or each row (first axis) or column (last axis) of a tensor as it is stored. Vectors keep one scale',
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
    const { channelBlocks } = await import('./channel-blocks.ts')
    let channels: ReadonlyMap<string, Blocks> | undefined
    return changeWeights({
      inputs,
      evaluate: options.evaluate,
      ctx,
      draws: 1,
      apply: ({ weights, network }) => {
        if (options.per === 'channel') channels ??= channelBlocks(graphOf(network), network.parameters.keys())
        quantizeWeights(weights, { ...options, ...(channels && { channels }) })
      },
    })
  },
})

/** The whole graph, of one example; how long sequences are does not matter. */
function graphOf(network: Network): Graph {
  const { g, outputs } = network.begin({
    batch: network.batch ?? 1,
    length: Math.min(8, network.decoder?.context ?? 8),
  })
  return g.build([...outputs.values()])
}

interface QuantizeOptions {
  readonly bits: number
  readonly per: (typeof grains)[number]
  readonly matrices: boolean
  /** For per channel: what a channel is in each tensor, by name; one that is not here keeps one scale. */
  readonly channels?: ReadonlyMap<string, Blocks>
}

/** Rounds in place, halves away from zero as `Math.round` of the magnitude does. */
export function quantizeWeights(weights: Pick<Weights, 'tensors'>, options: QuantizeOptions): void {
  const { bits, matrices } = options
  const levels = 2 ** (bits - 1) - 1
  for (const [name, { data, shape }] of weights.tensors) {
    if (matrices && shape.length < 2) continue
    const values = data as Float32Array
    const groups = groupsOf(shape, blocksOf(name, shape, options))
    const width = groups.inner.length
    const largest = new Float64Array(groups.count)
    for (let i = 0; i < values.length; i++) {
      const group = groups.outer[Math.floor(i / width)]! + groups.inner[i % width]!
      largest[group] = Math.max(largest[group]!, Math.abs(values[i]!))
    }
    for (let i = 0; i < values.length; i++) {
      const step = largest[groups.outer[Math.floor(i / width)]! + groups.inner[i % width]!]! / levels
      if (step > 0) values[i] = Math.sign(values[i]!) * Math.round(Math.abs(values[i]!) / step) * step
    }
  }
}

function blocksOf(name: string, shape: readonly number[], { per, channels }: QuantizeOptions): Blocks {
  const one = shape.map(() => 1)
  if (shape.length < 2 || per === 'tensor') return one
  if (per === 'channel') return channels?.get(name) ?? one
  return per === 'row' ? one.with(0, shape[0]!) : one.with(-1, shape.at(-1)!)
}

interface Groups {
  readonly count: number
  /** The group of element (i, j) of the tensor seen as [everything before the last axis, last axis] is outer[i] + inner[j]. */
  readonly outer: Int32Array
  readonly inner: Int32Array
}

/** Numbers the groups of elements that lie in the same block along every axis. */
function groupsOf(shape: readonly number[], blocks: Blocks): Groups {
  let count = 1
  const parts = shape.map((size, axis) => {
    const numbers = Int32Array.from({ length: size }, (_, i) => Math.floor((i * blocks[axis]!) / size) * count)
    count *= blocks[axis]!
    return numbers
  })
  const inner = parts.pop() ?? Int32Array.of(0)
  const outer = parts.reduce((sums, part) => {
    const next = new Int32Array(sums.length * part.length)
    sums.forEach((sum, i) => part.forEach((number, j) => (next[i * part.length + j] = sum + number)))
    return next
  }, Int32Array.of(0))
  return { count, outer, inner }
}
