import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import { expect, test } from 'vitest'
import { decoderNetwork } from '../../../src/engine/model/networks/decoder-network.ts'
import { decoderOf } from '../../../src/engine/model/config.ts'
import type { Dataset } from '../../../src/lab/datasets/dataset.ts'
import type { TrainParams } from '../../../src/lab/training/train-params.ts'
import { trainParams } from '../../../src/lab/training/train-params.ts'
import { Trainer } from '../../../src/lab/training/trainer.ts'

const decoder = decoderOf(
  { model_type: 'gpt2', vocab_size: 7, n_positions: 5, n_embd: 8, n_layer: 1, n_head: 2 },
  'config.json',
)
const params = Value.Default(trainParams, {
  layers: 1,
  width: 8,
  heads: 2,
  steps: 120,
  batch: 4,
  warmup: 5,
  rate: 0.02,
}) as TrainParams
/** Twelve sequences that count upwards modulo the vocabulary. */
const data: Dataset = {
  sequences: 12,
  length: 6,
  vocabulary: 7,
  mode: 'stream',
  tokens: Int32Array.from({ length: 72 }, (_, i) => (Math.floor(i / 6) + (i % 6)) % 7),
  mask: Uint8Array.from({ length: 72 }, (_, i) => (i % 6 === 0 ? 0 : 1)),
}
const open = async (scratch: string, given: Partial<TrainParams> = {}): Promise<Trainer> =>
  Trainer.open({
    network: decoderNetwork(decoder),
    params: { ...params, ...given },
    data: { text: data },
    seed: '00000000000000d1',
    threads: 1,
    scratch,
    kept: [0, 120],
  })
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'assay-trainer-'))
const quiet = { signal: new AbortController().signal, onStep: () => undefined }

test('it learns what can be learnt', async () => {
  const trainer = await open(await folder())
  await trainer.run({ ...quiet, until: 120 })
  const { losses } = trainer.curve()
  expect(losses[0]).toBeGreaterThan(1.8) // ln 7 = 1.95
  expect(losses.at(-1)).toBeLessThan(0.5)
  await trainer.close()
})

test('cancelled in the middle and begun again, it ends with the same bits', async () => {
  const whole = await open(await folder())
  await whole.run({ ...quiet, until: 120 })
  const scratch = await folder()
  const first = await open(scratch)
  const stop = new AbortController()
  const onStep = (step: number): void => {
    if (step === 77) stop.abort(new Error('cancelled'))
  }
  await expect(first.run({ until: 120, signal: stop.signal, onStep })).rejects.toThrow('cancelled')
  await first.close()
  const second = await open(scratch)
  await second.run({ ...quiet, until: 120 })
  expect(second.weights.flat).toEqual(whole.weights.flat)
  expect(second.curve()).toEqual(whole.curve())
  await second.close()
  await whole.close()
})

test('a batch in parts is the batch', async () => {
  const trained = async (accumulate: number): Promise<Float32Array> => {
    const trainer = await open(await folder(), { accumulate, optimizer: 'sgd' }) // AdamW takes the rounding of a gradient of zero for a direction
    await trainer.run({ ...quiet, until: 10 })
    await trainer.close()
    return trainer.weights.flat
  }
  const [whole, parts] = [await trained(1), await trained(4)]
  whole.forEach((weight, i) => {
    expect(Math.abs(parts[i]! - weight)).toBeLessThan(1e-5)
  })
  await expect(open(await folder(), { accumulate: 3 })).rejects.toThrow('cannot be taken in 3 equal parts')
})

test('weights that are no numbers after the last step are an error, not a model', async () => {
  const trainer = await open(await folder(), { optimizer: 'sgd', rate: 1e38, warmup: 0, clip: 1e30 })
  await expect(trainer.run({ ...quiet, until: 120 })).rejects.toThrow(
    /^(a weight|the loss|the gradient) became \S+ at step/,
  )
  await trainer.close()
  const one = await Trainer.open({
    network: decoderNetwork(decoder),
    params: { ...params, steps: 1, warmup: 0, optimizer: 'sgd', rate: 1e38, weightDecay: 1e10 },
    data: { text: data },
    seed: '00000000000000d1',
    threads: 1,
    scratch: await folder(),
    kept: [0, 1],
  })
  await expect(one.run({ ...quiet, until: 1 })).rejects.toThrow(/^a weight became -?Infinity at step 1/)
  await one.close()
})
