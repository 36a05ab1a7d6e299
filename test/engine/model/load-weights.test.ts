import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { loadModelWeights } from '../../../src/engine/model/load-weights.ts'
import type { StoredTensor } from '../../../src/engine/model/safetensors.ts'
import { writeSafetensors } from '../../../src/engine/model/safetensors.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'

const decoder = decoderOf(
  { model_type: 'gpt2', vocab_size: 5, n_positions: 4, n_embd: 4, n_layer: 1, n_head: 2 },
  'config.json',
)
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'assay-weights-'))

/** Every parameter counts upwards, so that a mistake in order or orientation shows. */
function tensors(): Map<string, StoredTensor> {
  let next = 0
  return new Map(
    [...shapesOf(decoder)].map(([name, shape]) => [
      name,
      { dtype: 'F32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next++) },
    ]),
  )
}
async function loaded(at: string): Promise<Float32Array> {
  const weights = makeWeights(shapesOf(decoder))
  await loadModelWeights(at, { decoder, weights })
  return weights.flat
}
const counting = Float32Array.from({ length: makeWeights(shapesOf(decoder)).flat.length }, (_, i) => i)

test('one file, with and without the prefix of hubs', async () => {
  for (const prefix of ['', 'transformer.']) {
    const at = await folder()
    await writeSafetensors(
      join(at, 'model.safetensors'),
      new Map([...tensors()].map(([name, tensor]) => [prefix + name, tensor])),
    )
    expect(await loaded(at)).toEqual(counting)
  }
})

test('shards named by an index', async () => {
  const at = await folder()
  const all = [...tensors()]
  await writeSafetensors(join(at, 'a.safetensors'), new Map(all.slice(0, 5)))
  await writeSafetensors(join(at, 'b.safetensors'), new Map(all.slice(5)))
  const map = Object.fromEntries(all.map(([name], i) => [name, i < 5 ? 'a.safetensors' : 'b.safetensors']))
  await writeFile(join(at, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }))
  expect(await loaded(at)).toEqual(counting)
})

test('an index that points out of its folder is refused', async () => {
  const at = await folder()
  await writeFile(join(at, 'model.safetensors.index.json'), JSON.stringify({ weight_map: { x: '../x.safetensors' } }))
  await expect(loaded(at)).rejects.toThrow(/"..\/x.safetensors" is not a file beside it/)
})

test('matrices stored the other way round are turned, square ones too', async () => {
  const at = await folder()
  const turned = new Map<string, StoredTensor>()
  for (const [name, tensor] of tensors()) {
    if (!/\.(c_attn|c_proj|c_fc)\.weight$/.test(name)) turned.set(name, tensor)
    else {
      const [rows, columns] = tensor.shape as [number, number]
      const data = Float32Array.from(
        { length: rows * columns },
        (_, i) => tensor.data[(i % rows) * columns + Math.floor(i / rows)] as number,
      )
      turned.set(name, { dtype: 'F32', shape: [columns, rows], data })
    }
  }
  await writeSafetensors(join(at, 'model.safetensors'), turned)
  expect(await loaded(at)).toEqual(counting)
})

test.each<[string, (all: Map<string, StoredTensor>) => void, RegExp]>([
  ['a missing tensor', (all) => all.delete('ln_f.bias'), /no tensor "ln_f.bias"/],
  [
    'a wrong shape',
    (all) => all.set('ln_f.bias', { dtype: 'F32', shape: [3], data: new Float32Array(3) }),
    /"ln_f.bias" is \[3\], the configuration asks for \[4\]/,
  ],
  [
    'a number that is none',
    (all) => all.set('ln_f.bias', { dtype: 'F32', shape: [4], data: Float32Array.of(0, Number.NaN, 0, 0) }),
    /"ln_f.bias" holds NaN at element 1/,
  ],
  [
    'a further layer',
    (all) => all.set('h.1.ln_1.bias', { dtype: 'F32', shape: [4], data: new Float32Array(4) }),
    /there is a tensor "h.1.ln_1.bias", and the configuration has no such layer/,
  ],
  [
    'another head than the one it is tied to',
    (all) => all.set('lm_head.weight', { dtype: 'F32', shape: [5, 4], data: new Float32Array(20) }),
    /"wte.weight" and "lm_head.weight" differ, .* "tie_word_embeddings": false/,
  ],
  [
    'a type that is no float',
    (all) => all.set('ln_f.bias', { dtype: 'I32', shape: [4], data: new Int32Array(4) }),
    /"ln_f.bias" is of type I32/,
  ],
])('%s is one clear error', async (_, change, message) => {
  const at = await folder()
  const all = tensors()
  change(all)
  await writeSafetensors(join(at, 'model.safetensors'), all)
  await expect(loaded(at)).rejects.toThrow(message)
})

test('double precision is rounded to single', async () => {
  const at = await folder()
  const doubles = [...tensors()].map(([name, { shape, data }]): [string, StoredTensor] => [
    name,
    { dtype: 'F64', shape, data: Float64Array.from(data as Float32Array) },
  ])
  await writeSafetensors(join(at, 'model.safetensors'), new Map(doubles))
  expect(await loaded(at)).toEqual(counting)
})

test('no weights at all: the file is named', async () => {
  await expect(loaded(await folder())).rejects.toThrow(/there is no model\.safetensors, nor an index of its shards/)
})
