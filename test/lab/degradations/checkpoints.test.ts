import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelFolder } from '../model-folder.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const words = ['a', 'b', 'c']

/** Three checkpoints of steps 0, 10 and 200. */
async function series(folder: string): Promise<string> {
  const path = await modelFolder(folder, words, [
    { chain: 0, draw: 0, scale: 0 },
    { chain: 0, draw: 1, scale: 0.5 },
    { chain: 0, draw: 2, scale: 1 },
  ])
  const { members } = JSON.parse(await readFile(join(path, 'series.json'), 'utf8')) as { members: { step: number }[] }
  const steps = [0, 10, 200]
  const stepped = members.map((member, i) => ({ ...member, draw: 0, step: steps[i] }))
  await writeFile(join(path, 'series.json'), JSON.stringify({ version: 1, members: stepped }))
  return path
}

test('a checkpoint is the model of its step, whole', async () => {
  const ctx = await scratchContext()
  const path = await series(join(ctx.scratch, 's'))
  const made = await runKind('checkpoints', {
    with: { at: 10 },
    inputs: { series: { type: 'checkpoints', path } },
    ctx,
  })
  const model = pathOf(made['model'])
  expect(await readFile(join(model, 'model.safetensors'))).toEqual(
    await readFile(join(path, 'chain-0-draw-1.safetensors')),
  )
  for (const file of ['config.json', 'tokenizer.json'])
    expect(await readFile(join(model, file), 'utf8')).toBe(await readFile(join(path, file), 'utf8'))
  expect(valueOf(made['loss'])).toEqual({ metrics: {} })
})

test('a step without a checkpoint is refused, with the nearest there are', async () => {
  const ctx = await scratchContext()
  const path = await series(join(ctx.scratch, 's'))
  const job = { with: { at: 12 }, inputs: { series: { type: 'checkpoints' as const, path } }, ctx }
  await expect(runKind('checkpoints', job)).rejects.toMatchObject({
    message: 'the series has no checkpoint of step 12',
    help: 'The nearest are of steps 10, 0, 200.',
  })
})

test('the steps are listed in order', async () => {
  const ctx = await scratchContext()
  const path = await series(join(ctx.scratch, 's'))
  const made = await runKind('checkpoint-steps', { inputs: { series: { type: 'checkpoints', path } }, ctx })
  expect(valueOf(made['listed'])).toEqual({ doses: [0, 10, 200] })
})
