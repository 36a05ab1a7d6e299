import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeDataset } from '../../../src/lab/datasets/dataset.ts'
import { openLanguageModel } from '../../../src/engine/model/open.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { gpt2Folder } from '../gpt2-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const length = 24
const tokens = Int32Array.from({ length: 3 * length }, (_, i) => (i * 7919) % 50_000)

async function job(mask = new Uint8Array(tokens.length).fill(1)) {
  const ctx = await scratchContext()
  const path = await gpt2Folder(join(ctx.scratch, 'model'))
  const data = join(ctx.scratch, 'data')
  await writeDataset(data, { sequences: 3, length, vocabulary: 50_257, mode: 'stream', tokens, mask })
  const inputs = { model: { type: 'model' as const, path }, data: { type: 'dataset' as const, path: data } }
  return { ctx, inputs, path }
}

describe('in-context', () => {
  it('is the loss late less the loss early', async () => {
    const { ctx, inputs, path } = await job()
    const made = await runKind('in-context', { with: { early: 3, late: 20, window: 3 }, inputs, ctx })
    const { metrics } = valueOf(made.metrics) as Metrics
    const model = await openLanguageModel(path, { threads: 1 })
    const losses = await model.tokenLosses(tokens, length)
    await model.close()
    const about = (position: number): number =>
      [0, 1, 2]
        .flatMap((i) => [-1, 0, 1].map((by) => losses[i * (length - 1) + position + by - 1] ?? 0))
        .reduce((a, b) => a + b) / 9
    expect(metrics.score?.values[0]?.[0]).toBeCloseTo(about(20) - about(3), 6)
    expect(metrics.late?.values[0]?.[0]).toBeCloseTo(about(20), 6)
  })
  it('says which positions there are', async () => {
    const { ctx, inputs } = await job()
    await expect(runKind('in-context', { inputs, ctx })).rejects.toThrow('does not lie inside sequences of 24 tokens')
    await expect(runKind('in-context', { with: { early: 9, late: 9 }, inputs, ctx })).rejects.toThrow(
      'must come before',
    )
  })
  it('refuses padded sequences', async () => {
    const mask = new Uint8Array(tokens.length).fill(1)
    mask[20] = 0
    const { ctx, inputs } = await job(mask)
    await expect(runKind('in-context', { with: { early: 3, late: 20 }, inputs, ctx })).rejects.toThrow(
      'some sequences end',
    )
  })
})
