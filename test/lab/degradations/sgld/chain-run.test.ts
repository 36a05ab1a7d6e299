import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import { describe, expect, test } from 'vitest'
import { decoderOf } from '../../../../src/engine/model/config.ts'
import { shapesOf } from '../../../../src/engine/model/decoder.ts'
import { initialise } from '../../../../src/engine/model/initialise.ts'
import { makeWeights, saveWeights } from '../../../../src/engine/model/weights.ts'
import { RandomStream } from '../../../../src/engine/sampling/random.ts'
import type { Dataset } from '../../../../src/lab/datasets/dataset.ts'
import { runChain } from '../../../../src/lab/degradations/sgld/chain-run.ts'
import { openSampler } from '../../../../src/lab/degradations/sgld/open-sampler.ts'
import type { SamplerParams } from '../../../../src/lab/degradations/sgld/params.ts'
import type { SamplerName } from '../../../../src/lab/degradations/sgld/samplers.ts'
import { samplers } from '../../../../src/lab/degradations/sgld/samplers.ts'
import { catalog } from '../../../../src/lab/index.ts'
import type { StageContext } from '../../../../src/stage/stage-context.ts'

const raw = { model_type: 'gpt2', vocab_size: 7, n_positions: 5, n_embd: 8, n_layer: 1, n_head: 2 }
const data: Dataset = {
  sequences: 12,
  length: 6,
  vocabulary: 7,
  mode: 'stream',
  tokens: Int32Array.from({ length: 72 }, (_, i) => (Math.floor(i / 6) + (i % 6)) % 7),
  mask: Uint8Array.from({ length: 72 }, (_, i) => (i % 6 === 0 ? 0 : 1)),
}
const names = Object.keys(samplers) as SamplerName[]
const params = (sampler: SamplerName, more: object = {}): SamplerParams =>
  Value.Default(catalog.get(`${sampler}-chain`)!.params, {
    burnin: 10,
    draws: 3,
    every: 5,
    batch: 4,
    ...more,
  }) as SamplerParams

async function modelFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-chain-'))
  const decoder = decoderOf(raw, 'config.json')
  const weights = makeWeights(shapesOf(decoder))
  initialise(weights, decoder, new RandomStream('00000000000000f1', 'init'))
  await writeFile(join(folder, 'config.json'), JSON.stringify(raw))
  await saveWeights(join(folder, 'model.safetensors'), weights)
  return folder
}

interface Trial {
  readonly sampler?: SamplerName
  readonly folder: string
  readonly scratch: string
  readonly signal?: AbortSignal
  readonly more?: object
  onProgress?(fraction: number): void
}
async function sample({
  sampler = 'sgld',
  folder,
  scratch,
  signal = new AbortController().signal,
  more,
  onProgress,
}: Trial) {
  const given = params(sampler, more)
  const { parameters } = given
  const opened = await openSampler({
    sampler,
    folder,
    warm: undefined,
    chain: 0,
    batch: given.batch,
    data,
    threads: 1,
    parameters,
  })
  const ctx: StageContext = {
    seed: '00000000000000f2',
    signal,
    out: scratch,
    scratch,
    threads: 1,
    progress: ({ fraction }) => onProgress?.(fraction),
  }
  try {
    const { record } = await runChain({
      sampler,
      params: given,
      ...opened,
      data,
      evaluation: data,
      warm: false,
      ctx,
    })
    return { record, weights: opened.arrays.weights.slice(), start: opened.arrays.start.slice() }
  } finally {
    await opened.close()
  }
}
const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'assay-scratch-'))

test('draws come after burn-in, at equal distances, with their losses', async () => {
  const { record } = await sample({ folder: await modelFolder(), scratch: await scratch() })
  expect(record.draws.map(({ step }) => step)).toEqual([15, 20, 25])
  expect(record.draws.every(({ loss, distance }) => loss > 0 && distance > 0)).toBe(true)
  expect(record.startLoss).toBeCloseTo(Math.log(7), 1)
})

test.each(names)('cancelled in the middle and begun again, a chain of %s ends with the same bits', async (sampler) => {
  const folder = await modelFolder()
  const whole = await sample({ sampler, folder, scratch: await scratch() })
  expect(whole.weights).not.toEqual(whole.start)
  const kept = await scratch()
  const stop = new AbortController()
  const onProgress = (fraction: number): void => {
    if (fraction > 0.7) stop.abort(new Error('cancelled'))
  }
  await expect(sample({ sampler, folder, scratch: kept, signal: stop.signal, onProgress })).rejects.toThrow('cancelled')
  const again = await sample({ sampler, folder, scratch: kept })
  expect(again).toEqual(whole)
})

test('a chain whose step is far too large stops at once and keeps its record', async () => {
  const { record } = await sample({
    folder: await modelFolder(),
    scratch: await scratch(),
    more: { eta: 200, nbeta: 1 },
  })
  expect(record.divergedAt).not.toBeNull()
  expect(record.draws.length).toBeLessThan(3)
})

describe.each(names)('%s', (sampler) => {
  test('moves what it was told to move and nothing else', async () => {
    const more = { parameters: 'head 0.1 + norm' }
    const { weights, start, record } = await sample({
      sampler,
      folder: await modelFolder(),
      scratch: await scratch(),
      more,
    })
    const moved = weights.reduce((count, w, i) => count + (w === start[i] ? 0 : 1), 0)
    const wanted = 8 * 12 + 12 + 4 * 8 + 6 * 8
    expect(record.parameters).toBe(wanted)
    expect(moved).toBeGreaterThan(0.95 * wanted)
    expect(moved).toBeLessThanOrEqual(wanted)
    expect(record.selection!.tensors.map(({ name }) => name)).toContain('h.0.attn.c_attn.weight')
  })
  test('stays in its box', async () => {
    const more = { boundingBox: 1e-3, gamma: 1e5 }
    const { weights, start } = await sample({ sampler, folder: await modelFolder(), scratch: await scratch(), more })
    expect(Math.max(...weights.map((w, i) => Math.abs(w - start[i]!)))).toBeLessThan(1.001e-3)
  })
})

test('one minibatch of all sequences, several added up, and the full batch are the same step', async () => {
  const folder = await modelFolder()
  const run = async (more: object) =>
    (await sample({ folder, scratch: await scratch(), more: { noise: 0, burnin: 3, draws: 1, every: 1, ...more } }))
      .weights
  const whole = await run({ fullBatch: true })
  const parts = await run({ fullBatch: true, batch: 5 }) // 5 + 5 + 2 of 12
  const added = await run({ batch: 4, accumulate: 3 })
  for (const other of [parts, added])
    expect(Math.max(...other.map((w, i) => Math.abs(w - whole[i]!)))).toBeLessThan(2e-6)
  expect(Math.max(...(await run({ batch: 4 })).map((w, i) => Math.abs(w - whole[i]!)))).toBeGreaterThan(1e-5)
})

test('temperature says the same as nbeta, and not something else beside it', async () => {
  const folder = await modelFolder()
  const run = async (more: object) => (await sample({ folder, scratch: await scratch(), more })).weights
  expect(await run({ temperature: 0.005 })).toEqual(await run({ nbeta: 200 }))
  await expect(run({ temperature: 0.005, nbeta: 300 })).rejects.toThrow(/temperature 0.005 says nβ 200, nbeta says 300/)
})

test('draws of samplers with forces tell the acceptance of the step before, without changing the walk', async () => {
  const { record } = await sample({ folder: await modelFolder(), scratch: await scratch(), more: { eta: 1e-4 } })
  for (const { acceptance } of record.draws) {
    expect(acceptance).toBeGreaterThan(0.9)
    expect(acceptance).toBeLessThanOrEqual(1)
  }
})
