import { expect, it } from 'vitest'
import { gradient } from '../../../src/engine/autodiff/gradient.ts'
import { int } from '../../../src/engine/onnx/builder.ts'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf, type Decoder } from '../../../src/engine/model/decoder.ts'
import { DifferentiableModel } from '../../../src/engine/model/differentiable.ts'
import { beginDecoder } from '../../../src/engine/model/graphs.ts'
import { trainingGraph } from '../../../src/engine/model/training-graph.ts'
import { openSession } from '../../../src/engine/runtime/ort-session.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'

const gpt2 = { model_type: 'gpt2', n_positions: 6, n_layer: 1, n_head: 2 }
const decoders: readonly (readonly [string, object])[] = [
  ['a tied head', { ...gpt2, vocab_size: 11, n_embd: 8 }],
  ['a head of its own', { ...gpt2, vocab_size: 11, n_embd: 8, tie_word_embeddings: false }],
  [
    'a head with a bias, differentiated from its logits',
    {
      model_type: 'transformer_lens',
      d_model: 8,
      n_heads: 2,
      n_layers: 1,
      n_ctx: 6,
      d_vocab: 11,
      act_fn: 'gelu',
      normalization_type: 'LN',
    },
  ],
  ['a head in blocks', { ...gpt2, vocab_size: 9000, n_embd: 256 }],
]
const [batch, length] = [2, 6]

/** The same loss by log-softmax and the walk alone, with dense gradients. */
async function plainly(decoder: Decoder, { weights, tokens, mask }: Given): Promise<{ loss: number; slope: number[] }> {
  const use = beginDecoder('plain', decoder, { batch, length: length - 1 })
  const { g } = use
  const rows = batch * (length - 1)
  const targets = g.input('targets', 'int64', [rows, 1])
  const weight = g.input('weight', 'float32', [rows])
  const odds = g.add('LogSoftmax', [decoder.logits(use, decoder.body(use))], { attributes: { axis: int(-1) } })
  const picked = g.add('GatherElements', [odds, targets], { attributes: { axis: int(1) } })
  const each = g.add('Neg', [g.add('Reshape', [picked, g.ints([-1])])])
  const loss = g.add('ReduceSum', [g.add('Mul', [each, weight])], { as: 'loss', attributes: { keepdims: int(0) } })
  const names = [...decoder.parameters.keys()]
  const { graph, gradients } = gradient(g.build([loss]), 'loss', names)
  const session = await openSession(graph, { threads: 1 })
  const places = Array.from({ length: rows }, (_, i) => Math.floor(i / (length - 1)) * length + (i % (length - 1)))
  const count = places.reduce((sum, at) => sum + mask[at + 1]!, 0)
  const found = await session.run({
    ...Object.fromEntries(weights),
    tokens: {
      type: 'int64',
      shape: [batch, length - 1],
      data: BigInt64Array.from(places, (at) => BigInt(tokens[at]!)),
    },
    targets: { type: 'int64', shape: [rows, 1], data: BigInt64Array.from(places, (at) => BigInt(tokens[at + 1]!)) },
    weight: { type: 'float32', shape: [rows], data: Float32Array.from(places, (at) => mask[at + 1]! / count) },
  })
  await session.close()
  return {
    loss: Number(found['loss']!.data[0]),
    slope: gradients.flatMap((name) => Array.from(found[name]!.data as Float32Array)),
  }
}
interface Given {
  readonly weights: DifferentiableModel['weights']['tensors']
  readonly tokens: Int32Array
  readonly mask: Uint8Array
}

it.each(decoders)('loss and gradient are those of the plain graph: %s', async (_, config) => {
  const decoder = decoderOf(config, 'config.json')
  const model = await DifferentiableModel.open(decoder, { batch, length, threads: 1 })
  new RandomStream('00000000000000cd', 'init').normals(0, model.weights.flat)
  model.weights.flat.forEach((value, i, all) => (all[i] = 0.2 * value))
  // Tokens repeat, within and between sequences; some targets are masked.
  const tokens = Int32Array.of(3, 1, 3, 3, 10, 0, 1, 1, 2, 3, 10, 10)
  const mask = Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1)
  const wanted = await plainly(decoder, { weights: model.weights.tensors, tokens, mask })
  for (let run = 0; run < 2; run++) {
    // The second run must not add to what the first one left.
    expect(Math.abs((await model.run({ tokens, mask })) - wanted.loss)).toBeLessThan(1e-5 * wanted.loss)
    const size = Math.hypot(...wanted.slope.slice(0, 1000), 1e-3)
    const worst = wanted.slope.reduce((most, value, i) => Math.max(most, Math.abs(value - model.gradient[i]!)), 0)
    expect(worst).toBeLessThan(2e-6 * Math.max(1, size))
  }
  await model.close()
})

it('leaves one row a token out of the graph, and puts no matrix of the vocabulary’s size together', () => {
  const decoder = decoderOf(decoders[0]![1], 'config.json')
  const { graph, sparse, gradients } = trainingGraph(decoder, { batch, length: length - 1 })
  expect(sparse.map(({ parameter, ids, sign }) => [parameter, ids, sign])).toEqual([
    ['wte.weight', 'targets', -1],
    ['wte.weight', 'tokens', 1],
  ])
  expect(graph.nodes.filter(({ op }) => op === 'ScatterND')).toEqual([])
  expect([...gradients.keys()].sort()).toEqual([...shapesOf(decoder).keys()].sort())
})
it('gives a table that is only looked up no dense gradient, and a large one blocks of rows', () => {
  const own = trainingGraph(decoderOf(decoders[1]![1], 'config.json'), { batch, length: 5 })
  expect(own.gradients.has('wte.weight')).toBe(false)
  const large = trainingGraph(decoderOf(decoders[3]![1], 'config.json'), { batch, length: 5 })
  const heights = large.gradients.get('wte.weight')!.map((name) => large.graph.types.get(name)!.shape[0]!)
  expect(heights.length).toBeGreaterThan(1)
  expect(heights.reduce((a, b) => a + b)).toBe(9000)
})
