import { expect, it } from 'vitest'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { decoderSize, type Decoder } from '../../../src/engine/model/decoder.ts'
import { DifferentiableModel, type Batch } from '../../../src/engine/model/differentiable.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { SgldArrays } from '../../../src/engine/sampling/sgld.ts'

const stream = new RandomStream('00000000000000cd', 'init')
const [batch, length] = [8, 65]
const decoder = decoderOf(
  { model_type: 'gpt2', vocab_size: 40, n_embd: 16, n_positions: 64, n_layer: 2, n_head: 2 },
  'config.json',
)
/** Some targets are masked, and not as many in one half as in the other. */
const given = (step: number): Batch => {
  const tokens = stream.integers(step, { count: batch * length, below: 40 })
  return { tokens, mask: Uint8Array.from(tokens, (token, i) => (token % 3 === 0 && i < 300 ? 0 : 1)) }
}

async function losses(model: Decoder, { threads, arrays }: { threads: number; arrays?: SgldArrays }) {
  const opened = await DifferentiableModel.open(model, { batch, length, threads, ...(arrays && { arrays }) })
  stream.normals(0, opened.weights.flat)
  opened.weights.flat.forEach((value, i, all) => (all[i] = 0.1 * value))
  const found = []
  for (const step of [1, 2]) found.push({ loss: await opened.run(given(step)), slope: opened.gradient.slice() })
  await opened.close()
  return found
}

it('takes a batch in halves on two threads: the same mean loss and gradient but for the last bits', async () => {
  const [one, two] = [await losses(decoder, { threads: 1 }), await losses(decoder, { threads: 2 })]
  for (const [i, { loss, slope }] of two.entries()) {
    const wanted = one[i]!
    expect(Math.abs(loss / wanted.loss - 1)).toBeLessThan(1e-6)
    const size = Math.hypot(...wanted.slope)
    expect(Math.hypot(...slope.map((value, j) => value - wanted.slope[j]!)) / size).toBeLessThan(1e-6)
    expect(slope).not.toEqual(wanted.slope)
  }
})

it('gives the same bits time and again, on three threads as on two, and in the arrays of a sampler', async () => {
  const two = await losses(decoder, { threads: 2 })
  expect(await losses(decoder, { threads: 2 })).toEqual(two)
  expect(await losses(decoder, { threads: 3 })).toEqual(two)
  const arrays = new SgldArrays(decoderSize(decoder), 2)
  expect(await losses(decoder, { threads: 2, arrays })).toEqual(two)
})
