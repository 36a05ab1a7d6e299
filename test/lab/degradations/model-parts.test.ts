import { expect, test } from 'vitest'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { makeWeights, type Weights } from '../../../src/engine/model/weights.ts'
import { ablatePart, partsOf } from '../../../src/lab/degradations/model-parts.ts'
import { orderOf } from '../../../src/lab/degradations/ablate.ts'

const gpt2 = { model_type: 'gpt2', vocab_size: 5, n_positions: 8, n_embd: 4, n_layer: 2, n_head: 2, n_inner: 6 }
const neox = {
  model_type: 'gpt_neox',
  vocab_size: 5,
  max_position_embeddings: 8,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 6,
  rotary_pct: 0.25,
}
const llama = {
  model_type: 'llama',
  vocab_size: 5,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 6,
}
const lens = {
  model_type: 'transformer_lens',
  d_model: 6,
  n_heads: 2,
  d_head: 4,
  n_layers: 1,
  d_vocab: 5,
  n_ctx: 4,
  d_mlp: 3,
  act_fn: 'relu',
}
const decoder = (config: object) => decoderOf(config, 'config.json')
const ones = (config: object): Weights => {
  const weights = makeWeights(shapesOf(decoder(config)))
  weights.flat.fill(1)
  return weights
}
const tensor = ({ tensors }: Weights, name: string): number[] => Array.from(tensors.get(name)!.data as Float32Array)
const part = (config: object, name: string) => partsOf(decoder(config), 'both').find((one) => one.name === name)!

test('heads and MLPs by name, layer by layer', () => {
  expect(partsOf(decoder(gpt2), 'both').map(({ name }) => name)).toEqual(['0.0', '0.1', 'mlp.0', '1.0', '1.1', 'mlp.1'])
  expect(partsOf(decoder(gpt2), 'heads').map(({ name }) => name)).toEqual(['0.0', '0.1', '1.0', '1.1'])
  expect(partsOf(decoder(llama), 'mlps').map(({ name }) => name)).toEqual(['mlp.0'])
})

test('GPT-2: a head is rows of c_proj, and its layer’s bias stays', () => {
  const weights = ones(gpt2)
  ablatePart(weights, part(gpt2, '1.0'))
  expect(tensor(weights, 'h.1.attn.c_proj.weight')).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
  expect(tensor(weights, 'h.1.attn.c_proj.bias')).toEqual([1, 1, 1, 1])
  expect(weights.flat.filter((value) => value === 0)).toHaveLength(8)
})
test('GPT-NeoX and Llama: columns of the transposed projection', () => {
  for (const [config, name, width] of [
    [neox, 'gpt_neox.layers.0.attention.dense.weight', 16],
    [llama, 'model.layers.0.self_attn.o_proj.weight', 8],
  ] as const) {
    const weights = ones(config)
    ablatePart(weights, part(config, '0.1'))
    tensor(weights, name).forEach((value, i) => {
      expect(value).toBe(i % width < width / 2 ? 1 : 0)
    })
  }
})
test('TransformerLens: a head is its own matrix of W_O, whatever its width; a model of attention alone has no MLPs', () => {
  const weights = ones(lens)
  ablatePart(weights, part(lens, '0.1'), Float64Array.of(1, 2, 3, 4))
  const [kept, gone] = [new Array<number>(24).fill(1), new Array<number>(24).fill(0)]
  expect(tensor(weights, 'blocks.0.attn.W_O')).toEqual([...kept, ...gone])
  expect(tensor(weights, 'blocks.0.attn.b_O')).toEqual(new Array<number>(6).fill(11))
  ablatePart(weights, part(lens, 'mlp.0'))
  expect(tensor(weights, 'blocks.0.mlp.W_out')).toEqual(new Array<number>(18).fill(0))
  const alone = { ...lens, attn_only: true }
  expect(partsOf(decoder(alone), 'both').map(({ name }) => name)).toEqual(['0.0', '0.1'])
  expect(() => orderOf(decoder(alone), { what: 'mlps', order: 'first', orderSeed: 0 })).toThrow('no mlps to ablate')
})
test('an MLP goes with its bias', () => {
  const weights = ones(gpt2)
  ablatePart(weights, part(gpt2, 'mlp.0'))
  expect([...tensor(weights, 'h.0.mlp.c_proj.weight'), ...tensor(weights, 'h.0.mlp.c_proj.bias')]).toEqual(
    new Array<number>(28).fill(0),
  )
})
test('the mean of a part’s inputs becomes bias; a model without biases cannot hold it', () => {
  const weights = ones(gpt2)
  ablatePart(weights, part(gpt2, '0.1'), Float64Array.of(2, 3))
  expect(tensor(weights, 'h.0.attn.c_proj.bias')).toEqual([6, 6, 6, 6])
  expect(() => {
    ablatePart(ones(llama), part(llama, '0.0'), new Float64Array(4))
  }).toThrow('no bias there')
})

test('a bias is where the configuration has one, of whatever architecture', () => {
  const biased = { ...llama, attention_bias: true, mlp_bias: true }
  const weights = ones(biased)
  ablatePart(weights, part(biased, 'mlp.0'))
  expect(tensor(weights, 'model.layers.0.mlp.down_proj.bias')).toEqual(new Array<number>(8).fill(0))
  ablatePart(weights, part(biased, '0.0'), Float64Array.of(1, 0, 0, 0))
  expect(tensor(weights, 'model.layers.0.self_attn.o_proj.bias')).toEqual(new Array<number>(8).fill(2))
  const plain = { ...neox, attention_bias: false }
  expect(() => {
    ablatePart(ones(plain), part(plain, '0.0'), new Float64Array(8))
  }).toThrow('no bias there')
})

const order = (given: Partial<Parameters<typeof orderOf>[1]>): string[] =>
  orderOf(decoder(gpt2), { what: 'heads', order: 'first', orderSeed: 0, ...given }).map(({ name }) => name)
test('orders: first, last, random by its own seed, or a list', () => {
  expect(order({})).toEqual(['0.0', '0.1', '1.0', '1.1'])
  expect(order({ order: 'last' })).toEqual(['1.1', '1.0', '0.1', '0.0'])
  expect(order({ order: 'random', orderSeed: 1 })).toEqual(order({ order: 'random', orderSeed: 1 }))
  expect(
    new Set([0, 1, 2, 3, 4].map((orderSeed) => order({ order: 'random', orderSeed }).join())).size,
  ).toBeGreaterThan(1)
  expect(order({ list: ['mlp.1', '0.1'] })).toEqual(['mlp.1', '0.1'])
})
test('a list that names what is not there, or names it twice', () => {
  expect(() => order({ list: ['0.2'] })).toThrow('the model has no part 0.2: it has 2 layers of 2 heads')
  expect(() => order({ list: ['0.1', '0.1'] })).toThrow('names 0.1 twice')
})
