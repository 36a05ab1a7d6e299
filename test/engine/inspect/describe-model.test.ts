import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ModelDescription } from '../../../src/engine/inspect/describe-model.ts'
import { describeModel } from '../../../src/engine/inspect/describe-model.ts'
import { ModelError } from '../../../src/engine/model/config-fields.ts'
import type { StoredTensor } from '../../../src/engine/model/safetensors.ts'
import { writeSafetensors } from '../../../src/engine/model/safetensors.ts'
import type { FileSketch } from '../onnx/read/onnx-file.ts'
import { floats, graphOf, onnxFile } from '../onnx/read/onnx-file.ts'

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'assay-')), name)
  await writeFile(path, bytes)
  return path
}
const describeSketch = async (sketch: FileSketch, sizes = {}): Promise<ModelDescription> =>
  (await describeModel(await file('m.onnx', onnxFile(sketch)), sizes)).description

/** Two ways to the output: one that gradients pass, one through an operator nobody knows; and a threshold. */
const mixed: FileSketch = {
  domains: { 'com.microsoft': 1 },
  inputs: { x: [1, ['n', 2]] },
  outputs: { y: [1, ['n', 2]] },
  initializers: [
    floats('w', [2, 2], [1, 2, 3, 4]),
    floats('behind', [2, 2], [1, 2, Number.NaN, 4]),
    floats('threshold', [2], [0, 0]),
    floats('unused', [3], [0, 0, 0]),
  ],
  nodes: [
    { op: 'MatMul', name: 'good', in: ['x', 'w'], out: ['a'] },
    { op: 'MatMul', name: 'behind it', in: ['x', 'behind'], out: ['b'] },
    { op: 'BiasGelu', domain: 'com.microsoft', name: 'odd', in: ['b', 'threshold'], out: ['c'] },
    { op: 'Greater', in: ['a', 'threshold'], out: ['m'] },
    { op: 'Where', in: ['m', 'a', 'c'], out: ['y'] },
  ],
}

test('what is in the way of gradients is named, with the parameters behind it', async () => {
  const { graph, sizes, notes } = await describeSketch(mixed)
  expect(sizes).toEqual({ n: 2 })
  expect(graph?.obstacles).toEqual([
    {
      node: 'odd',
      op: 'com.microsoft.BiasGelu',
      why: expect.stringContaining('other domains') as string,
      parameters: ['behind', 'threshold'],
    },
  ])
  expect(graph?.differentiable).toEqual(['w'])
  expect(graph?.without).toEqual(['unused'])
  expect(graph?.untyped).toEqual(['c'])
  expect(graph?.hooks.map(({ name }) => name)).toEqual(['a', 'b', 'y'])
  expect(notes).toEqual(['1 of the 4 numbers of "behind" are NaN or infinite'])
})

test('a node that holds graphs stands in the way, also of what only its branches read', async () => {
  const branch = (op: string): object => ({
    g: graphOf({ outputs: { r: [1] }, nodes: [{ op, in: ['h'], out: ['r'] }] }),
  })
  const { graph } = await describeSketch({
    inputs: { x: [1, [2]], c: [9, []] },
    outputs: { y: [1, [2]] },
    initializers: [floats('w', [2], [1, 2])],
    nodes: [
      { op: 'Mul', in: ['x', 'w'], out: ['h'] },
      { op: 'If', name: 'choice', in: ['c'], attributes: { then_branch: branch('Exp'), else_branch: branch('Relu') } },
    ],
  })
  expect(graph?.obstacles).toMatchObject([{ node: 'choice', op: 'If', parameters: ['w'] }])
  expect(graph?.differentiable).toEqual([])
})

test('sizes that do not fit are said, and others can be given', async () => {
  const picky: FileSketch = {
    inputs: { x: [1, ['n', 2]] },
    outputs: { y: [1] },
    initializers: [floats('w', [7, 2], Array(14).fill(1))],
    nodes: [{ op: 'Add', name: 'sum', in: ['x', 'w'] }],
  }
  const picked = await describeSketch({ ...picky, initializers: [floats('w', [8, 2], Array(16).fill(1))] })
  expect(picked.sizes).toEqual({ n: 1 }) // 2 does not fit, 1 does
  const never = { ...picky, nodes: [{ op: 'Concat', in: ['x', 'w'], attributes: { axis: 1 } }] }
  const { graph, notes } = await describeSketch(never)
  expect(graph).toBeUndefined()
  expect(notes[0]).toMatch(/at sizes of 2, 1 and 8 for n the graph does not fit \(.*Concat.*\); give others/)
  expect((await describeSketch(never, { n: 7 })).graph?.operators[0]).toMatchObject({ op: 'Concat', count: 1 })
  await expect(describeSketch(never, { n: 3 })).rejects.toThrow(ModelError)
  await expect(describeSketch(never, { m: 3 })).rejects.toThrow(/there is no dimension "m"/)
})

test('a safetensors file is told by its name or by its beginning', async () => {
  const path = await file('w.safetensors', '')
  const tensors = new Map<string, StoredTensor>([
    ['w', { dtype: 'F32', shape: [2], data: Float32Array.of(1, Infinity) }],
  ])
  await writeSafetensors(path, tensors)
  const expected = [{ name: 'w', type: 'F32', shape: [2], elements: 2, notFinite: 1 }]
  expect((await describeModel(path)).description).toMatchObject({ form: 'safetensors', parameters: expected })
  const plain = path.replace('.safetensors', '')
  await writeSafetensors(plain, tensors)
  expect((await describeModel(plain)).description).toMatchObject({ form: 'safetensors', parameters: expected })
})

test('a model folder is described by what its configuration builds', async () => {
  const path = await file(
    'config.json',
    JSON.stringify({ model_type: 'gpt2', vocab_size: 5, n_positions: 4, n_embd: 4, n_layer: 1, n_head: 2 }),
  )
  const { description } = await describeModel(join(path, '..'))
  expect(description).toMatchObject({ form: 'folder', about: 'gpt2', inputs: [{ name: 'tokens', type: 'int64' }] })
  expect(description.graph?.obstacles).toEqual([])
  expect(description.graph?.differentiable).toEqual(description.parameters.map(({ name }) => name))
  expect(description.graph?.hooks.length).toBeGreaterThan(0)
  expect(description.notes[0]).toMatch(/its weights cannot be used: .*model\.safetensors/)
})

test.each([
  ['nothing.onnx', /cannot be read/],
  ['.', /config\.json/],
])('%s is refused', async (name, message) => {
  const path = join(await file('x', ''), '..', name)
  await expect(describeModel(path)).rejects.toThrow(message)
})
