import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { readingsOf } from '../../../../src/lab/experiments/sae/sae.ts'
import { writeSae, type Sae } from '../../../../src/lab/experiments/sae/sae-file.ts'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { pathOf, runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'
import { tinyFile, tinyModel } from '../tiny-pairs.ts'

const width = 64
let data: { type: 'dataset'; path: string }
beforeAll(async () => {
  const out = await mkdtemp(join(tmpdir(), 'assay-sae-'))
  const ctx = {
    out,
    scratch: out,
    seed: '0',
    signal: new AbortController().signal,
    threads: 1,
    progress: () => undefined,
  }
  const inputs = { path: tinyFile('validation.txt'), tokenizer: tinyModel }
  data = { type: 'dataset', path: pathOf((await runKind('text', { with: { limit: 60 }, inputs, ctx }))['dataset']) }
})

/** x = relu(x) − relu(−x): exact with twice as many features as numbers, of which each row uses one half. */
function identity(): Sae {
  const features = 2 * width
  const encoder = new Float32Array(width * features)
  const decoder = new Float32Array(features * width)
  for (let i = 0; i < width; i++) {
    encoder[i * features + i] = decoder[i * width + i] = 1
    encoder[i * features + width + i] = decoder[(width + i) * width + i] = -1
  }
  return {
    centred: true,
    width,
    features,
    encoder,
    encoderBias: new Float32Array(features),
    decoder,
    decoderBias: new Float32Array(width),
  }
}

async function measure(sae: Sae, given: object = {}): Promise<(name: string) => number> {
  const ctx = await scratchContext()
  const file = join(ctx.scratch, 'sae.safetensors')
  await writeSae(file, sae)
  const inputs = { model: tinyModel, data, sae: { type: 'path' as const, path: file } }
  const { metrics } = valueOf((await runKind('sae', { with: given, inputs, ctx }))['metrics']) as Metrics
  return (name) => metrics[name]!.values[0]![0]!
}

describe('sae', () => {
  it('scores 1 and costs nothing where the autoencoder is the identity', async () => {
    const value = await measure(identity(), { layer: 0 })
    for (const name of ['ce-score', 'kl-score', 'explained-variance'])
      expect(Math.abs(value(name) - 1)).toBeLessThan(1e-5)
    expect(Math.abs(value('gap'))).toBeLessThan(1e-5)
    expect(value('l0')).toBeCloseTo(width, 6)
    expect(value('zero-loss')).toBeGreaterThan(value('loss') + 1)
  })
  it('scores 0 where it gives zeros', async () => {
    const zeros = { ...identity(), decoder: new Float32Array(2 * width * width) }
    const value = await measure(zeros)
    expect(Math.abs(value('ce-score'))).toBeLessThan(1e-6)
    expect(Math.abs(value('kl-score'))).toBeLessThan(1e-6)
    expect(value('sae-loss')).toBe(value('zero-loss'))
  })
  it('takes the decoder’s bias off first, or where it is told otherwise does not', async () => {
    const shifted = { ...identity(), decoderBias: new Float32Array(width).fill(0.5) }
    expect((await measure(shifted, { layer: 0 }))('explained-variance')).toBeCloseTo(1, 5)
    const value = await measure(shifted, { layer: 0, centred: false })
    expect(value('explained-variance')).toBeLessThan(0.99)
  })
  it('keeps k features, or those above a threshold', async () => {
    expect((await measure({ ...identity(), k: 5 }))('l0')).toBe(5)
    expect((await measure({ ...identity(), threshold: new Float32Array(2 * width).fill(1e9) }))('l0')).toBe(0)
  })
  it('has SAEBench’s ratio: 13.0766, 4.7141 and 4.6936 give .99755', () => {
    const one = (value: number): Float64Array => Float64Array.of(value)
    const sums = {
      ...{ original: one(4.6936), replaced: one(4.7141), ablated: one(13.0766), predicted: one(1), tokens: one(1) },
      ...{ divergence: one(0), ablatedDivergence: one(1), residual: one(0), square: one(1), active: one(377) },
      total: [Float64Array.of(0)],
    }
    const found = readingsOf(sums)
    expect(found['ce-score'].mean).toBeCloseTo(0.99755, 5)
    expect(found.gap.mean).toBeCloseTo(0.0205, 10)
  })
  it('refuses an autoencoder of another place or file', async () => {
    await expect(measure(identity(), { hook: 'mlp_post' })).rejects.toThrow(
      /takes 64 numbers a token, .*mlp.hook_post has \[1, 256\]/,
    )
    await expect(measure(identity(), { layer: 7 })).rejects.toThrow(/no block 7: they run from 0 to 1/)
    const inputs = {
      model: tinyModel,
      data,
      sae: { type: 'path' as const, path: `${tinyModel.path}/model.safetensors` },
    }
    await expect(runKind('sae', { inputs, ctx: await scratchContext() })).rejects.toThrow(/has no tensor W_enc/)
  })
})
