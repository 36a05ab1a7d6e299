import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { averaged, readMembers, readSeries, samplesOf } from '../../src/lab/series.ts'
import { StageError } from '../../src/stage/stage-context.ts'
import { modelFolder } from './model-folder.ts'
import { scratchContext } from './scratch-context.ts'

const words = ['a', 'b', '.']
const member = (chain: number, draw: number, scale = 1) => ({ chain, draw, scale })

describe('readMembers', () => {
  it('takes a model alone as one member, and sorts a series by chain and draw', async () => {
    const { out } = await scratchContext()
    expect(await readMembers(await modelFolder(join(out, 'one'), words))).toHaveLength(1)
    const folder = await modelFolder(join(out, 'many'), words, [member(1, 0), member(0, 1), member(0, 0)])
    expect((await readMembers(folder)).map(({ chain, draw }) => [chain, draw])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ])
  })
})

describe('readSeries', () => {
  it('reads each member with its own weights', async () => {
    const ctx = await scratchContext()
    const path = await modelFolder(join(ctx.out, 'many'), words, [member(0, 0, 0), member(0, 1, 3)])
    const readings = await readSeries(
      { type: 'ensemble', path },
      ctx,
      async (model) => (await model.tokenLosses(Int32Array.of(1, 3, 4), 3))[0] as number,
    )
    expect(readings[0]?.reading).toBeCloseTo(Math.log(6), 5)
    expect(readings[1]?.reading).not.toBeCloseTo(Math.log(6), 2)
  })

  it('stops when the stage is cancelled, with the reason', async () => {
    const ctx = await scratchContext()
    const path = await modelFolder(join(ctx.out, 'one'), words)
    const reason = new Error('cancelled')
    await expect(
      readSeries({ type: 'model', path }, { ...ctx, signal: AbortSignal.abort(reason) }, () => Promise.resolve(0)),
    ).rejects.toBe(reason)
  })

  it('says plainly what is wrong with a model folder', async () => {
    const ctx = await scratchContext()
    await expect(readSeries({ type: 'model', path: ctx.out }, ctx, () => Promise.resolve(0))).rejects.toThrow(
      StageError,
    )
    const path = await modelFolder(join(ctx.out, 'broken'), words)
    await writeFile(join(path, 'model.safetensors'), 'nothing')
    await expect(readSeries({ type: 'model', path }, ctx, () => Promise.resolve(0))).rejects.toThrow(StageError)
  })
})

describe('samplesOf', () => {
  const reading = (chain: number, draw: number, mean: number) => ({
    member: { file: 'f', chain, draw, step: 0 },
    reading: { mean, error: 0.1 },
  })
  it('puts values by chain and draw', () => {
    expect(samplesOf([reading(0, 0, 1), reading(0, 1, 2), reading(3, 0, 3)], { unit: 'nats', items: 7 })).toEqual({
      unit: 'nats',
      items: 7,
      values: [[1, 2], [3]],
      itemError: expect.closeTo(0.1, 12) as number,
    })
  })
  it('says the steps of checkpoints, which are no draws', () => {
    const at = (step: number) => ({ member: { file: 'f', chain: 0, draw: 0, step }, reading: { mean: step, error: 0 } })
    expect(samplesOf([at(0), at(50), at(100)], { unit: 'nats', items: 7 })).toMatchObject({
      values: [[0, 50, 100]],
      steps: [0, 50, 100],
    })
    expect(samplesOf([at(100)], { unit: 'nats', items: 7 })).not.toHaveProperty('steps')
  })
  it('lets no mean run over checkpoints: the last stands for itself, and draws stand together', () => {
    const at = (draw: number, step: number) => ({ member: { file: `${step}`, chain: 0, draw, step } })
    expect(averaged([at(0, 0), at(0, 100), at(0, 50)])).toEqual([at(0, 100)])
    expect(averaged([at(0, 20), at(1, 40)])).toHaveLength(2)
  })
  it('refuses a value that is not finite', () => {
    expect(() => samplesOf([reading(0, 0, Number.NaN)], { unit: 'nats', items: 7 })).toThrow(
      'its weights have diverged',
    )
  })
})
