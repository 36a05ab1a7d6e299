import { expect, test } from 'vitest'
import type { StoredTensor } from '../../../src/engine/model/safetensors.ts'
import { storedTensors } from '../../../src/engine/model/stored-tensors.ts'

const tensor = (...values: number[]): StoredTensor => ({
  dtype: 'F32',
  shape: [values.length],
  data: Float32Array.from(values),
})
const file = (...names: string[]): Map<string, StoredTensor> => new Map(names.map((name, i) => [name, tensor(i + 1)]))
const layout = { prefixes: ['transformer.'], bare: 'model.', twin: { of: 'model.embed.weight', name: 'head.weight' } }

test.each([
  ['by its own name', ['model.norm.weight']],
  ['behind a prefix', ['transformer.model.norm.weight']],
  ['of a file of the body alone', ['norm.weight']],
  ['behind what torch.compile and DataParallel put before it', ['_orig_mod.module.model.norm.weight']],
])('a tensor is found %s', (_, names) => {
  expect(storedTensors(layout, file(...names)).find('model.norm.weight')).toEqual(tensor(1))
})

test('of a tensor that is used twice either name will do', () => {
  for (const name of ['model.embed.weight', 'embed.weight', 'head.weight'])
    expect(storedTensors(layout, file(name)).find('model.embed.weight')).toEqual(tensor(1))
  expect(storedTensors({ prefixes: [] }, file('head.weight')).find('model.embed.weight')).toBeUndefined()
})

const parameters = ['model.embed.weight', 'layers.0.q.weight', 'layers.0.k.weight', 'blocks.0.attn.W_Q']
test.each<[string, StoredTensor, RegExp | undefined]>([
  ['layers.1.q.weight', tensor(0), /"layers.1.q.weight", and the configuration has no such layer/],
  ['transformer.layers.12.k.weight', tensor(1), /no such layer/],
  ['layers.0.q.bias', tensor(0, 1), /a bias "layers.0.q.bias", and the configuration says that there is none/],
  ['blocks.0.attn.b_Q', tensor(1), /a bias "blocks.0.attn.b_Q"/],
  ['layers.0.q.bias', tensor(0, 0), undefined],
  ['layers.0.bias', tensor(1), undefined],
  ['layers.0.rotary_emb.inv_freq', tensor(1), undefined],
  ['model.embed.weight', tensor(7), undefined],
])('beside the parameters a file has %s of %j', (name, stored, message) => {
  const found = storedTensors(layout, new Map([[name, stored]])).surplus(parameters)
  if (message === undefined) expect(found).toBeUndefined()
  else expect(found).toMatch(message)
})
