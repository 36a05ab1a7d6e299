import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSafetensors } from '../../../src/engine/model/safetensors.ts'
import { modelFolder } from '../model-folder.ts'
import { pathOf, runKind } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const words = ['a', 'b', 'c']
const weightsIn = async (file: string): Promise<number[]> =>
  [...(await readSafetensors(file)).values()].flatMap(({ data }) => Array.from(data as Float32Array))

test('a quarter of the way towards zero leaves three quarters of every weight', async () => {
  const ctx = await scratchContext()
  const folder = await modelFolder(join(ctx.scratch, 'm'), words, [{ chain: 0, draw: 0, scale: 1 }])
  const { rename } = await import('node:fs/promises')
  await rename(join(folder, 'chain-0-draw-0.safetensors'), join(folder, 'model.safetensors'))
  const made = await runKind('line', { with: { alpha: 0.25 }, inputs: { model: { type: 'model', path: folder } }, ctx })
  const [before, after] = [
    await weightsIn(join(folder, 'model.safetensors')),
    await weightsIn(join(pathOf(made['model']), 'draw-0.safetensors')),
  ]
  expect(after).toHaveLength(before.length)
  after.forEach((value, i) => {
    expect(value).toBeCloseTo(0.75 * before[i]!, 6)
  })
})

test('the other end must have the same shape', async () => {
  const ctx = await scratchContext()
  const [one, other] = [
    await modelFolder(join(ctx.scratch, 'm'), words),
    await modelFolder(join(ctx.scratch, 'n'), [...words, 'd']),
  ]
  const job = {
    with: {},
    inputs: { model: { type: 'model' as const, path: one }, towards: { type: 'model' as const, path: other } },
    ctx,
  }
  await expect(runKind('line', job)).rejects.toThrow(/the two ends of the line have \d+ and \d+ weights/)
})
