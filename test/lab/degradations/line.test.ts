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

test('towards a new initialisation, the same for every dose and another for another seed', async () => {
  const ctx = await scratchContext()
  const folder = await modelFolder(join(ctx.scratch, 'm'), words) // all weights zero
  const at = async (given: object): Promise<number[]> => {
    const made = await runKind('line', { with: given, inputs: { model: { type: 'model', path: folder } }, ctx })
    return weightsIn(join(pathOf(made['model']), 'draw-0.safetensors'))
  }
  const [half, whole, other] = [
    await at({ to: 'init', alpha: 0.5 }),
    await at({ to: 'init', alpha: 1 }),
    await at({ to: 'init', alpha: 1, initSeed: 1 }),
  ]
  half.forEach((value, i) => {
    expect(value).toBeCloseTo(whole[i]! / 2, 6)
  })
  expect(other).not.toEqual(whole)
  expect(whole).toContain(1) // gains of the norms
})

test('towards the checkpoint before the first step, by its step', async () => {
  const ctx = await scratchContext()
  const members = [
    { chain: 0, draw: 0, scale: 2 },
    { chain: 0, draw: 1, scale: 4 },
  ]
  const folder = await modelFolder(join(ctx.scratch, 'm'), words)
  const series = await modelFolder(join(ctx.scratch, 's'), words, members)
  const { readFile, writeFile } = await import('node:fs/promises')
  const file = join(series, 'series.json')
  const whole = JSON.parse(await readFile(file, 'utf8')) as { members: { step: number }[] }
  const write = (steps: readonly number[]) =>
    writeFile(
      file,
      JSON.stringify({ ...whole, members: whole.members.map((member, i) => ({ ...member, step: steps[i] })) }),
    )
  const run = () =>
    runKind('line', {
      with: { alpha: 1 },
      inputs: { model: { type: 'model', path: folder }, towards: { type: 'checkpoints', path: series } },
      ctx,
    })
  await write([100, 0])
  const found = await weightsIn(join(pathOf((await run())['model']), 'draw-0.safetensors'))
  const wanted = await weightsIn(join(series, 'chain-0-draw-1.safetensors'))
  expect(found).toEqual(wanted)
  await write([100, 10])
  await expect(run()).rejects.toThrow('the checkpoints begin at step 10')
})

test('one other end', async () => {
  const ctx = await scratchContext()
  const model = { type: 'model' as const, path: await modelFolder(join(ctx.scratch, 'm'), words) }
  await expect(runKind('line', { with: { to: 'model' }, inputs: { model }, ctx })).rejects.toThrow('none is given')
  await expect(runKind('line', { with: { to: 'zero' }, inputs: { model, towards: model }, ctx })).rejects.toThrow(
    'two other ends',
  )
})
