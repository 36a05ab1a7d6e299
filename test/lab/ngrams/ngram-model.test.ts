import { expect, test } from 'vitest'
import type { Dataset } from '../../../src/lab/datasets/dataset.ts'
import { NgramModel, smoothings } from '../../../src/lab/ngrams/ngram-model.ts'
import { seededRandom } from '../../../src/lab/random.ts'

/** Sequences of tokens, the first of each a start token that is not predicted. */
const corpus = (vocabulary: number, rows: readonly (readonly number[])[]): Dataset => {
  const length = Math.max(...rows.map((row) => row.length))
  const tokens = new Int32Array(rows.length * length)
  const mask = new Uint8Array(rows.length * length)
  rows.forEach((row, i) => {
    tokens.set(row, i * length)
    mask.fill(1, i * length + 1, i * length + row.length)
  })
  return { sequences: rows.length, length, vocabulary, mode: 'lines', tokens, mask }
}

// <s> a b a b c, with <s> 0, a 1, b 2, c 3: unigrams a 2, b 2, c 1; bigrams <s>a 1, ab 2, ba 1, bc 1.
const small = corpus(4, [[0, 1, 2, 1, 2, 3]])

test('Witten–Bell by hand', () => {
  const one = NgramModel.train(small, { order: 1, smoothing: 'witten-bell' })
  // (n + T/V) / (N + T), N = 5, T = 3.
  expect([0, 1, 2, 3].map((w) => one.probability([], w))).toEqual([
    expect.closeTo(0.75 / 8, 12),
    expect.closeTo(2.75 / 8, 12),
    expect.closeTo(2.75 / 8, 12),
    expect.closeTo(1.75 / 8, 12),
  ])
  const two = NgramModel.train(small, { order: 2, smoothing: 'witten-bell' })
  // After a: only b, twice. After b: a and c, once each.
  expect(two.probability([1], 2)).toBeCloseTo((2 + 2.75 / 8) / 3, 12)
  expect(two.probability([2], 1)).toBeCloseTo((1 + 2 * (2.75 / 8)) / 4, 12)
  expect(two.probability([3], 1)).toBeCloseTo(2.75 / 8, 12) // nothing was ever seen after c
})

test('Kneser–Ney by hand: below the highest order a token counts once for each token before it', () => {
  const two = NgramModel.train(small, { order: 2, smoothing: 'kneser-ney' })
  // Bigrams counted once: 3, twice: 1, so D₂ = 3/5. Continuation counts a 2 (after <s>, b), b 1, c 1: once 2, twice 1, D₁ = ½.
  expect(two.discounts).toEqual([0.5, 0.6])
  const a = (2 - 0.5 + (0.5 * 3) / 4) / 4
  const b = (1 - 0.5 + (0.5 * 3) / 4) / 4
  expect(two.probability([3], 1)).toBeCloseTo(a, 12)
  expect(two.probability([1], 2)).toBeCloseTo((2 - 0.6 + 0.6 * b) / 2, 12)
  expect(two.probability([2], 1)).toBeCloseTo((1 - 0.6 + 0.6 * 2 * a) / 2, 12)
  expect(two.probability([2], 2)).toBeCloseTo((0.6 * 2 * b) / 2, 12)
})

const random = seededRandom('0a', 'corpus')
const large = corpus(
  12,
  Array.from({ length: 40 }, () => [0, ...Array.from({ length: 15 }, () => 1 + random.below(1 + random.below(11)))]),
)
test.each(smoothings.flatMap((smoothing) => [1, 2, 3, 4, 5].map((order) => [smoothing, order] as const)))(
  '%s of order %i: probabilities are positive, sum to one, and are the same one by one',
  (smoothing, order) => {
    const model = NgramModel.train(large, { order, smoothing })
    for (const context of [
      [12, 12, 12, 0],
      [12, 0, 1, 1],
      [1, 2, 1, 1],
      [11, 11, 11, 11],
      [3, 0, 0, 5],
    ]) {
      const given = context.slice(context.length - order + 1)
      const p = model.distribution(given)
      expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
      p.forEach((value, token) => {
        expect(value).toBeGreaterThan(0)
        expect(model.probability(given, token)).toBeCloseTo(value, 14)
      })
    }
  },
)

test('a text that repeats itself is predicted almost surely by high orders, and not by unigrams', () => {
  const rows = Array.from({ length: 50 }, () => [0, 1, 2, 3, 1, 3, 2])
  const loss = (order: number): number =>
    -Math.log(
      NgramModel.train(corpus(4, rows), { order, smoothing: 'kneser-ney' }).probability(
        [4, 4, 0, 1].slice(5 - order),
        2,
      ),
    )
  expect(loss(1)).toBeGreaterThan(0.9)
  expect(loss(3)).toBeLessThan(0.05)
})
