import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../src/lab/datasets/dataset.ts'
import { meanPerToken, sequenceLosses } from '../../../src/lab/scales/sequence-losses.ts'
import { fakeModel } from '../fake-model.ts'

const data: Dataset = {
  sequences: 2,
  length: 3,
  vocabulary: 4,
  mode: 'lines',
  tokens: Int32Array.of(1, 2, 3, 1, 3, 0),
  mask: Uint8Array.of(0, 1, 1, 0, 1, 0),
}

describe('sequenceLosses', () => {
  it('counts the tokens of the mask and no others', async () => {
    // Token 0 is the padding: certain where it stands, so counting it would show.
    const { nats, tokens } = await sequenceLosses(
      fakeModel(4, ([, second]) => (second === 3 ? [50, 0, 0, 0] : [0, 0, 0, 0])),
      data,
    )
    expect([...tokens]).toEqual([2, 1])
    expect(nats[0]).toBeCloseTo(2 * Math.log(4), 5)
    expect(nats[1]).toBeCloseTo(Math.log(4), 5)
  })

  it('takes sequences one token longer than the context, whose last token is only predicted', async () => {
    const uniform = (context: number) =>
      sequenceLosses(
        fakeModel(4, () => [0, 0, 0, 0], context),
        data,
      )
    await expect(uniform(2)).resolves.toBeDefined()
    await expect(uniform(1)).rejects.toThrow('sequences of the data have 3 tokens')
  })

  it('refuses data of a larger vocabulary', async () => {
    await expect(
      sequenceLosses(
        fakeModel(3, () => [0, 0, 0]),
        data,
      ),
    ).rejects.toThrow('a vocabulary of 4, the model of 3')
  })
})

it('meanPerToken weighs by tokens, and its error treats a sequence as one', () => {
  const { mean, error } = meanPerToken({ nats: Float64Array.of(2, 6), tokens: Int32Array.of(1, 3) })
  expect([mean, error]).toEqual([2, 0])
  const spread = meanPerToken({ nats: Float64Array.of(1, 3, 1, 3), tokens: Int32Array.of(1, 1, 1, 1) })
  expect(spread.mean).toBe(2)
  expect(spread.error).toBeCloseTo(Math.sqrt((4 / 3) * 4) / 4, 12)
})
