import { expect, it } from 'vitest'
import { seededRandom } from '../../../src/lab/random.ts'
import { ratioOfMeans } from '../../../src/lab/statistics/ratio-of-means.ts'

it('is exact, with no error, where one is a multiple of the other', () => {
  expect(ratioOfMeans([1, 2, 3], [2, 4, 6])).toEqual({ mean: 0.5, error: 0 })
})
it('has the standard error that repeated samples show', () => {
  const random = seededRandom('03', 'ratio')
  const errors: number[] = []
  const means = Array.from({ length: 2000 }, () => {
    const b = Array.from({ length: 50 }, () => 1 + random.uniform())
    const { mean, error } = ratioOfMeans(
      b.map((value) => 2 * value + random.uniform() - 0.5),
      b,
    )
    errors.push(error)
    return mean
  })
  const centre = means.reduce((a, b) => a + b) / means.length
  const spread = Math.sqrt(means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / means.length)
  const claimed = errors.reduce((a, b) => a + b) / errors.length
  // The spread of 2000 samples is known to 1/√4000 = 1.6 %.
  expect(Math.abs(claimed / spread - 1)).toBeLessThan(0.05)
})
it('is not finite where there is nothing to divide by', () => {
  expect(ratioOfMeans([1, 2], [1, -1]).mean).toBe(Infinity)
})
