import { describe, expect, test } from 'vitest'
import { decoderOf } from '../../../../src/engine/model/config.ts'
import type { Selected } from '../../../../src/engine/model/selection/select-parameters.ts'
import { selectParameters } from '../../../../src/engine/model/selection/select-parameters.ts'

const gpt2 = decoderOf({ model_type: 'gpt2', vocab_size: 7, n_positions: 5, n_embd: 8, n_layer: 2, n_head: 2 }, 'c')
const neox = decoderOf(
  {
    model_type: 'gpt_neox',
    vocab_size: 7,
    max_position_embeddings: 5,
    hidden_size: 16,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    rotary_pct: 0.5,
  },
  'c',
)
const llama = decoderOf(
  {
    model_type: 'llama',
    vocab_size: 7,
    hidden_size: 8,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 2,
    intermediate_size: 12,
  },
  'c',
)
const models = { gpt2, neox, llama }
const size = (decoder: typeof gpt2): number => selectParameters('all', decoder).region.count
const byName = ({ tensors }: Selected): Record<string, number> =>
  Object.fromEntries(tensors.map(({ name, elements }) => [name, elements]))
const elements = (selected: Selected): number[] => {
  const all: number[] = []
  selected.region.each((i) => all.push(i))
  return all
}
const offsetOf = (decoder: typeof gpt2, wanted: string): number => {
  let offset = 0
  for (const [name, { shape }] of decoder.parameters) {
    if (name === wanted) return offset
    offset += shape.reduce((a, b) => a * b, 1)
  }
  throw new Error(wanted)
}

describe.each(Object.entries(models))('%s', (_, decoder) => {
  test('the parts are disjoint and together the whole', () => {
    const parts = ['embed', 'attention', 'mlp', 'norm', ...(decoder === gpt2 ? [] : ['unembed'])]
    const counts = parts.map((part) => selectParameters(part, decoder).region.count)
    expect(counts.reduce((a, b) => a + b, 0)).toBe(size(decoder))
    expect(selectParameters(parts.join(' + '), decoder).region.isWhole).toBe(true)
  })
  test('the heads of a layer are disjoint, and with what they share its attention', () => {
    const all = Array.from({ length: decoder.heads }, (_, h) => `head 1.${h}`)
    const union = selectParameters(all.join(' + '), decoder).region.count
    const attention = selectParameters('layer 1 attention', decoder)
    const shared = attention.tensors
      .filter(({ name }) => /(c_proj|dense)\.bias$/.test(name))
      .reduce((sum, tensor) => sum + tensor.elements, 0)
    expect(union).toBe(attention.region.count - shared)
    if (decoder !== llama) {
      const sum = all.map((head) => selectParameters(head, decoder).region.count).reduce((a, b) => a + b, 0)
      expect(sum).toBe(union)
    }
  })
  test('a layer is in no other layer', () => {
    const rest = selectParameters('all - layer 0', decoder)
    expect(rest.region.count).toBe(size(decoder) - selectParameters('layer 0', decoder).region.count)
    expect(rest.tensors.some(({ name }) => name.includes('.0.'))).toBe(false)
    expect(selectParameters('layer 0..1', decoder).region.count).toBe(
      2 * selectParameters('layer 0', decoder).region.count,
    )
  })
})

test('a head of GPT-2 is columns of the joined matrix and rows of the output', () => {
  const selected = selectParameters('head 0.1', gpt2)
  expect(byName(selected)).toEqual({
    'h.0.attn.c_attn.weight': 8 * 12,
    'h.0.attn.c_attn.bias': 12,
    'h.0.attn.c_proj.weight': 4 * 8,
  })
  const [joined, out] = ['h.0.attn.c_attn.weight', 'h.0.attn.c_proj.weight'].map((name) => offsetOf(gpt2, name)) as [
    number,
    number,
  ]
  const columns = [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23]
  const wanted = Array.from({ length: 8 }, (_, row) => columns.map((c) => joined + 24 * row + c)).flat()
  const found = elements(selected)
  expect(found.filter((i) => i >= joined && i < joined + 192)).toEqual(wanted)
  expect(found.filter((i) => i >= out && i < out + 64)).toEqual(Array.from({ length: 32 }, (_, i) => out + 32 + i))
})

test('a head of GPT-NeoX is rows of the joined matrix and columns of the output', () => {
  const selected = selectParameters('head 1.1', neox)
  const joined = offsetOf(neox, 'gpt_neox.layers.1.attention.query_key_value.weight')
  const out = offsetOf(neox, 'gpt_neox.layers.1.attention.dense.weight')
  const found = elements(selected)
  expect(found.filter((i) => i >= joined && i < joined + 48 * 16)).toEqual(
    Array.from({ length: 24 * 16 }, (_, i) => joined + 24 * 16 + i),
  )
  expect(found.filter((i) => i >= out && i < out + 256)).toEqual(
    Array.from({ length: 16 }, (_, row) => Array.from({ length: 8 }, (_, c) => out + 16 * row + 8 + c)).flat(),
  )
})

test('grouped queries share their keys and values', () => {
  const [two, three] = [selectParameters('head 0.2', llama), selectParameters('head 0.3', llama)]
  expect(byName(two)).toEqual({
    'model.layers.0.self_attn.q_proj.weight': 16,
    'model.layers.0.self_attn.k_proj.weight': 16,
    'model.layers.0.self_attn.v_proj.weight': 16,
    'model.layers.0.self_attn.o_proj.weight': 16,
  })
  const both = elements(two).filter((i) => new Set(elements(three)).has(i))
  expect(both).toHaveLength(32)
})

test('where queries, keys and values have biases, a head has its part of them', () => {
  const shapes = new Map(
    [...llama.parameters].flatMap(([name, { shape, init }]) => [
      [name, { shape, init }] as const,
      ...(name.endsWith('_proj.weight')
        ? [[name.replace('weight', 'bias'), { shape: [shape[0]!], init }] as const]
        : []),
    ]),
  )
  expect(byName(selectParameters('head 1.3', { ...llama, parameters: shapes }))).toMatchObject({
    'model.layers.1.self_attn.q_proj.bias': 2,
    'model.layers.1.self_attn.k_proj.bias': 2,
    'model.layers.1.self_attn.v_proj.bias': 2,
  })
})

test('unions, differences, names and parentheses', () => {
  const count = (text: string): number => selectParameters(text, gpt2).region.count
  expect(count('embed + layer 0')).toBe(count('embed') + count('layer 0'))
  expect(count('layer 0 - norm')).toBe(count('layer 0') - 32)
  expect(count('layer 0 mlp')).toBe(8 * 32 + 32 + 32 * 8 + 8)
  expect(count('all - (embed + layer 1)')).toBe(count('all') - count('embed') - count('layer 1'))
  expect(count('h.*.mlp.c_fc.weight')).toBe(2 * 8 * 32)
  expect(count('wte.weight')).toBe(56)
  expect(count('embed + embed')).toBe(count('embed'))
})

test.each([
  ['layer 2', /"layer 2".*matches nothing.*gpt2, 2 layers of 2 heads/],
  ['head 0.2', /"head 0\.2".*matches nothing/],
  ['embed + unembed', /"unembed".*matches nothing.*say embed/],
  ['wte.wight', /"wte\.wight".*matches nothing.*wte\.weight/],
  ['embed - embed', /leaves no weights/],
  ['layer', /ends too early/],
  ['layer one', /"layer" needs a number/],
  ['head 3', /LAYER\.HEAD/],
  ['(embed', /ends too early/],
  ['embed )', /closes nothing/],
  ['embed + + mlp', /must be named/],
  ['layer 1..0', /backwards/],
])('%s is refused', (text, why) => {
  expect(() => selectParameters(text, gpt2)).toThrow(why)
})

test('a network without heads has layers and names', () => {
  const mlp = {
    type: 'mlp',
    parameters: new Map([
      ['layers.0.weight', { shape: [3, 2] }],
      ['layers.1.weight', { shape: [4, 3] }],
    ]),
  }
  expect(selectParameters('layer 1', mlp).region.ranges).toEqual(new Int32Array([6, 18]))
  expect(() => selectParameters('head 0.0', mlp)).toThrow(/matches nothing/)
})
