import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import { expect, test } from 'vitest'
import { decoderOf } from '../../../../src/engine/model/config.ts'
import { shapesOf } from '../../../../src/engine/model/decoder.ts'
import { initialise } from '../../../../src/engine/model/initialise.ts'
import { makeWeights, saveWeights } from '../../../../src/engine/model/weights.ts'
import { RandomStream } from '../../../../src/engine/sampling/random.ts'
import type { Dataset } from '../../../../src/lab/datasets/dataset.ts'
import { sgldChain } from '../../../../src/lab/degradations/sgld/chain.ts'
import { runChain } from '../../../../src/lab/degradations/sgld/chain-run.ts'
import { openSampler } from '../../../../src/lab/degradations/sgld/open-sampler.ts'
import type { SamplerParams } from '../../../../src/lab/degradations/sgld/params.ts'
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
const params = (more: object = {}): SamplerParams =>
  Value.Default(sgldChain.params, { burnin: 10, draws: 3, every: 5, batch: 4, ...more }) as SamplerParams

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
  readonly folder: string
  readonly scratch: string
  readonly signal?: AbortSignal
  readonly more?: object
  onProgress?(fraction: number): void
}
async function sample({ folder, scratch, signal = new AbortController().signal, more, onProgress }: Trial) {
  const sampler = await openSampler({ folder, warm: undefined, chain: 0, batch: 4, data, threads: 1 })
  const ctx: StageContext = {
    seed: '00000000000000f2',
    signal,
    out: scratch,
    scratch,
    threads: 1,
    progress: ({ fraction }) => onProgress?.(fraction),
  }
  try {
    const { record } = await runChain({ params: params(more), ...sampler, data, evaluation: data, warm: false, ctx })
    return { record, weights: sampler.arrays.weights.slice() }
  } finally {
    await sampler.model.close()
    await sampler.evaluator.close()
  }
}
const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'assay-scratch-'))

test('draws come after burn-in, at equal distances, with their losses', async () => {
  const { record } = await sample({ folder: await modelFolder(), scratch: await scratch() })
  expect(record.draws.map(({ step }) => step)).toEqual([15, 20, 25])
  expect(record.draws.every(({ loss, distance }) => loss > 0 && distance > 0)).toBe(true)
  expect(record.startLoss).toBeCloseTo(Math.log(7), 1)
})

test('cancelled in the middle and begun again, a chain ends with the same bits', async () => {
  const folder = await modelFolder()
  const whole = await sample({ folder, scratch: await scratch() })
  const kept = await scratch()
  const stop = new AbortController()
  const onProgress = (fraction: number): void => {
    if (fraction > 0.7) stop.abort(new Error('cancelled'))
  }
  await expect(sample({ folder, scratch: kept, signal: stop.signal, onProgress })).rejects.toThrow('cancelled')
  const again = await sample({ folder, scratch: kept })
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
