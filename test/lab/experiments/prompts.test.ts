import { describe, expect, it } from 'vitest'
import { eachNextToken, isTop, meanOf, packPrompts, tokenLoss } from '../../../src/lab/experiments/prompts.ts'
import type { LanguageModel } from '../../../src/engine/model/language-model.ts'
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
    const model = fakeModel(4, (sofar) => [sofar.length, ...sofar, 0, 0, 0].slice(0, 4))
    const rows: number[][] = []
    await eachNextToken(model, batch, (row) => rows.push([...row]))
    expect(rows).toEqual([
      [2, 1, 2, 0],
      [3, 1, 2, 3],
    ])
  })

  it('are asked in parts where their logits would fill the memory, and seen in order', async () => {
    const vocabulary = 2 ** 25
    let most = 0
    const model: LanguageModel = {
      ...fakeModel(4, () => []),
      vocabulary,
      // The first token of each prompt, wherever its part begins; the rest of its logits is never written.
      logitsAt: (tokens, length, positions) => {
        most = Math.max(most, positions.length)
        const logits = new Float32Array(positions.length * vocabulary)
        positions.forEach((_, i) => (logits[i * vocabulary] = tokens[i * length]!))
        return Promise.resolve(logits)
      },
    }
    const seen: [number, number][] = []
    const batch = packPrompts([[7, 1], [8], [9, 2, 3], [10]], 0)
    await eachNextToken(model, batch, (logits, i) => seen.push([i, logits[0]!]))
    expect(most).toBe(2)
    expect(seen).toEqual([
      [0, 7],
      [1, 8],
      [2, 9],
      [3, 10],
    ])
  })

  it('may not be longer than the context', async () => {
    await expect(
      eachNextToken(
        fakeModel(2, () => [0, 0], 2),
        packPrompts([[0, 1, 1]], 0),
        () => undefined,
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
