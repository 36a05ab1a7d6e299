import { describe, expect, it } from 'vitest'
import { isTop, meanOf, nextTokenLogits, packPrompts, tokenLoss } from '../../../src/lab/experiments/prompts.ts'
import { fakeModel } from '../fake-model.ts'

describe('prompts', () => {
  it('are padded to the longest, and asked at their own last token', async () => {
    const batch = packPrompts(
      [
        [1, 2],
        [1, 2, 3],
      ],
      0,
    )
    expect([[...batch.tokens], [...batch.positions], batch.length]).toEqual([[1, 2, 0, 1, 2, 3], [1, 2], 3])
    const rows = await nextTokenLogits(
      fakeModel(4, (sofar) => [sofar.length, ...sofar, 0, 0, 0].slice(0, 4)),
      batch,
    )
    expect(rows.map((row) => [...row])).toEqual([
      [2, 1, 2, 0],
      [3, 1, 2, 3],
    ])
  })

  it('may not be longer than the context', async () => {
    await expect(
      nextTokenLogits(
        fakeModel(2, () => [0, 0], 2),
        packPrompts([[0, 1, 1]], 0),
      ),
    ).rejects.toThrow('a prompt has 3 tokens')
  })
})

it('tokenLoss is −ln softmax, also where logits are large', () => {
  expect(tokenLoss(Float32Array.of(0, 0, 0, 0), 2)).toBeCloseTo(Math.log(4), 12)
  expect(tokenLoss(Float32Array.of(1000, 1000 + Math.log(3)), 0)).toBeCloseTo(Math.log(4), 3)
})

it('isTop counts a tie as not top', () => {
  expect(isTop(Float32Array.of(0, 2, 1), 1)).toBe(true)
  expect(isTop(Float32Array.of(2, 2, 1), 1)).toBe(false)
})

it('meanOf has the standard error of a mean', () => {
  expect(meanOf([1, 3])).toEqual({ mean: 2, error: 1 })
  expect(meanOf([4])).toEqual({ mean: 4, error: 0 })
})
