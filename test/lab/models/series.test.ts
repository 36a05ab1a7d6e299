import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeSafetensors } from '../../../src/engine/model/safetensors.ts'
import { readMembers } from '../../../src/lab/series.ts'
import type { StageInput } from '../../../src/stage/artifact.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

/** A network of two weights, and a folder of files of such weights. */
async function given(files: Readonly<Record<string, readonly number[]>>) {
  const ctx = await scratchContext()
  const [model, folder] = [join(ctx.scratch, 'model'), join(ctx.scratch, 'files')]
  await mkdir(model)
  await mkdir(folder)
  await writeFile(join(model, 'config.json'), JSON.stringify({ model_type: 'mlp', sizes: [2, 1], bias: false }))
  const write = (file: string, values: readonly number[]): Promise<void> =>
    writeSafetensors(
      file,
      new Map([['layers.0.weight', { dtype: 'F32', shape: [1, values.length], data: Float32Array.from(values) }]]),
    )
  await write(join(model, 'model.safetensors'), [0, 0])
  for (const [file, values] of Object.entries(files)) {
    await mkdir(join(folder, file, '..'), { recursive: true })
    await write(join(folder, file), values)
  }
  const inputs: Record<string, StageInput> = {
    model: { type: 'model', path: model },
    path: { type: 'path', path: folder },
  }
  return { ctx, inputs }
}

it('puts files in the order of their steps, not of their names, wherever the step stands', async () => {
  const { ctx, inputs } = await given({
    'step1000/model.safetensors': [3, 3],
    'step9/model.safetensors': [2, 2],
    'step9/optimizer.safetensors': [7, 7],
    'step0/model.safetensors': [1, 1],
  })
  const outputs = await runKind('series', { with: { files: 'step{step}/model.safetensors' }, inputs, ctx })
  expect(valueOf(outputs['steps'])).toEqual([0, 9, 1000])
  const members = await readMembers(pathOf(outputs['checkpoints']))
  expect(members.map(({ step }) => step)).toEqual([0, 9, 1000])
})

it.each([
  [{ '1.safetensors': [1, 2] }, 'weights.safetensors', /it must name \{step\} once/],
  [{ 'a.safetensors': [1, 2] }, '{step}.safetensors', /no file in .* is named like/],
  [{ 'a-1.safetensors': [1, 2], 'b-1.safetensors': [1, 2] }, '*-{step}.safetensors', /two files are of step 1/],
  [{ '1.safetensors': [1, 2, 3] }, '{step}.safetensors', /is \[1, 3\], the configuration asks for \[1, 2\]/],
  [{ '1.safetensors': [1, Number.NaN] }, '{step}.safetensors', /holds NaN at element 1/],
])('%j as %s is refused', async (files, pattern, message) => {
  const { ctx, inputs } = await given(files)
  await expect(runKind('series', { with: { files: pattern }, inputs, ctx })).rejects.toThrow(message)
})
