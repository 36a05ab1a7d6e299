import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSafetensors } from '../../../src/engine/model/safetensors.ts'
import type { StageInput } from '../../../src/stage/artifact.ts'
import { onnxFile } from '../../engine/onnx/read/onnx-file.ts'
import { modelFolder } from '../model-folder.ts'
import { configOf, real, realModel } from '../real.ts'
import { pathOf, runKind } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const path = (at: string): StageInput => ({ type: 'path', path: at })

describe('model', () => {
  it('keeps a language model’s folder as it is', async () => {
    const ctx = await scratchContext()
    const folder = await modelFolder(join(ctx.scratch, 'model'), ['a', 'b'])
    const outputs = await runKind('model', { inputs: { path: path(folder) }, ctx })
    expect((await readdir(pathOf(outputs['model']))).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'tokenizer.json',
    ])
  })
  it('takes an ONNX file, and keeps its weights beside the graph', async () => {
    const ctx = await scratchContext()
    const outputs = await runKind('model', { inputs: { path: real('mnist_onnx/mnist-8.onnx') }, ctx })
    expect(outputs['parameters']).toEqual({ value: 5994 })
    expect((await readdir(pathOf(outputs['model']))).sort()).toEqual(['model.onnx', 'model.safetensors'])
    const stored = await readSafetensors(join(pathOf(outputs['model']), 'model.safetensors'))
    expect(stored.get('Parameter193')!.shape).toEqual([16, 4, 4, 10])
  })
  it('refuses a number that is none inside an ONNX file, and names the user’s file', async () => {
    const ctx = await scratchContext()
    const file = join(ctx.scratch, 'hole.onnx')
    const w = { name: 'w', dims: [2], dataType: 1, floatData: [1, Number.NaN] }
    const sketch = {
      inputs: { x: [1, ['n', 2]] },
      outputs: { y: [1] },
      nodes: [{ op: 'Mul', in: ['x', 'w'] }],
    } as const
    await writeFile(file, onnxFile({ ...sketch, initializers: [w] }))
    await expect(runKind('model', { inputs: { path: path(file) }, ctx })).rejects.toThrow(
      `${file}: initializer "w" holds NaN at element 1`,
    )
  })
  it('takes weights alone with a configuration, under the names and in the layout of here', async () => {
    const ctx = await scratchContext()
    const outputs = await runKind('model', {
      inputs: { path: real('pizza_modadd59/model_p99zdpze5l.safetensors'), config: configOf('pizza') },
      ctx,
    })
    const stored = await readSafetensors(join(pathOf(outputs['model']), 'model.safetensors'))
    expect(stored.get('embed.W_E')!.shape).toEqual([59, 128])
    expect(stored.get('blocks.0.attn.W_O')!.shape).toEqual([4, 32, 128])
    const again = await runKind('model', {
      inputs: { path: path(pathOf(outputs['model'])) },
      ctx: await scratchContext(),
    })
    expect([...(await readSafetensors(join(pathOf(again['model']), 'model.safetensors')))]).toEqual([...stored])
  })
  it.each([
    ['nothing.onnx', undefined, /there is nothing there/],
    ['weights.pt', 'x', /weights\.pt is no file that holds a network/],
    ['weights.safetensors', 'x', /holds numbers, and nothing says of what network/],
    ['graph.onnx', 'not a graph', /is cut off or no ONNX file|no ONNX model/],
  ])('%s is refused', async (name, content, message) => {
    const ctx = await scratchContext()
    const file = join(ctx.scratch, name)
    if (content !== undefined) await writeFile(file, content)
    await expect(runKind('model', { inputs: { path: path(file) }, ctx })).rejects.toThrow(message)
  })
  it('takes along what an ONNX file keeps beside it, and so does what is made of the model', async () => {
    const ctx = await scratchContext()
    const folder = join(ctx.scratch, 'given')
    await mkdir(join(folder, 'data'), { recursive: true })
    await writeFile(join(folder, 'data', 'w.bin'), new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer))
    const externalData = [{ key: 'location', value: 'data/w.bin' }]
    const graph = onnxFile({
      inputs: { x: [1, ['n', 2]] },
      outputs: { y: [1, ['n', 2]] },
      initializers: [{ name: 'w', dims: [2, 2], dataType: 1, dataLocation: 1, externalData }],
      nodes: [{ op: 'MatMul', in: ['x', 'w'], out: ['y'] }],
    })
    await writeFile(join(folder, 'model.onnx'), graph)
    for (const at of [folder, join(folder, 'model.onnx')]) {
      const { model } = await runKind('model', { inputs: { path: path(at) }, ctx: await scratchContext() })
      const { model: halved } = await runKind('line', {
        with: { alpha: 0.5 },
        inputs: { model: { type: 'model', path: pathOf(model) } },
        ctx: await scratchContext(),
      })
      const { model: again } = await runKind('prune', {
        with: { sparsity: 0.25 },
        inputs: { model: { type: 'ensemble', path: pathOf(halved) } },
        ctx: await scratchContext(),
      })
      const stored = await readSafetensors(join(pathOf(again), 'draw-0.safetensors'))
      expect([...stored.get('w')!.data]).toEqual([0, 1, 1.5, 2])
    }
  })
  it.each(['../secret.bin', '/etc/hostname'])('takes nothing along from outside the folder: %s', async (location) => {
    const ctx = await scratchContext()
    const folder = join(ctx.scratch, 'given')
    await mkdir(folder)
    await writeFile(join(ctx.scratch, 'secret.bin'), new Uint8Array(16))
    const externalData = [{ key: 'location', value: location }]
    const initializers = [{ name: 'w', dims: [2, 2], dataType: 1, dataLocation: 1, externalData }]
    await writeFile(join(folder, 'model.onnx'), onnxFile({ outputs: { w: [1] }, initializers }))
    await expect(runKind('model', { inputs: { path: path(folder) }, ctx })).rejects.toThrow(
      /only files in the model's folder are read/,
    )
  })
  it.each([
    ['config.json', '{', /given\/config\.json: is not JSON/],
    ['model.onnx', 'not a graph', /given\/model\.onnx: /],
  ])('names the user’s own %s where it is wrong, not the copy', async (name, content, message) => {
    const ctx = await scratchContext()
    const folder = join(ctx.scratch, 'given')
    await mkdir(folder)
    await writeFile(join(folder, name), content)
    const failed = runKind('model', { inputs: { path: path(folder) }, ctx })
    await expect(failed).rejects.toThrow(message)
    await expect(failed).rejects.not.toThrow(ctx.out)
  })
  it('says which architectures there are', async () => {
    const ctx = await scratchContext()
    const folder = join(ctx.scratch, 'model')
    await mkdir(folder)
    await writeFile(join(folder, 'config.json'), '{"model_type": "bert"}')
    await expect(runKind('model', { inputs: { path: path(folder) }, ctx })).rejects.toThrow(
      /model_type is "bert"; supported is .*"mlp"/,
    )
  })
  it.each([
    ['mnist_onnx/mnist-8.onnx', undefined, /an ONNX graph without a config\.json, no language model/],
    ['modadd_grok_checkpoints/0.safetensors', 'grokking', /a multilayer perceptron reads no text/],
    ['pizza_modadd59/model_p99zdpze5l.safetensors', 'pizza', /no language model: its attention looks ahead/],
  ])('%s is refused where a language model is needed', async (file, config, message) => {
    const ctx = await scratchContext()
    const model = await realModel(ctx, file, config)
    const tasks = path(join(ctx.scratch, 'tasks.jsonl'))
    await writeFile(tasks.path ?? '', '{"input": [1], "answer": [2]}')
    await expect(runKind('sequence-task', { inputs: { model, tasks }, ctx })).rejects.toThrow(message)
  })
})
