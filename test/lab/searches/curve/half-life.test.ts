import { expect, test } from 'vitest'
import { halfLife } from '../../../../src/lab/searches/curve/half-life.ts'
import { estimate } from '../../../../src/lab/statistics/estimate.ts'
import { seededRandom } from '../../../../src/lab/random.ts'

const point = (loss: number, mean: number, error: number) => ({
  loss,
  mean,
  low: mean - 1.96 * error,
  high: mean + 1.96 * error,
})
const losses = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8]
const decaying = (h: number, noise: (i: number) => number, { base = 0, error = 0.01 } = {}) =>
  losses.map((x, i) => point(2 + x, base + (1 - base) * 2 ** (-x / h) + (i === 0 ? 0 : noise(i)), error))

test('an exponential without noise gives its own half-life', () => {
  const fit = halfLife(
    decaying(0.17, () => 0),
    0,
  )
  expect(fit?.halfLife).toBeCloseTo(0.17, 6)
  expect(fit?.misfit).toBeCloseTo(0, 6)
  expect(fit?.low).toBeLessThan(0.17)
  expect(fit?.high).toBeGreaterThan(0.17)
})
test('what is left is counted from the baseline', () => {
  expect(
    halfLife(
      decaying(0.3, () => 0, { base: 0.5 }),
      0.5,
    )?.halfLife,
  ).toBeCloseTo(0.3, 6)
})
test('the interval holds the truth in about 95 % of runs', () => {
  const runs = 500
  const normal = (random: { uniform(): number }): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
  let inside = 0
  for (let run = 0; run < runs; run++) {
    const random = seededRandom('0b', String(run))
    const fit = halfLife(
      decaying(0.2, () => 0.02 * normal(random), { error: 0.02 }),
      0,
    )
    if ((fit?.low ?? 0) <= 0.2 && 0.2 <= (fit?.high ?? Infinity)) inside++
  }
  // Widened where a run happens to fit badly, so at least 95 %; three standard errors of a share of 500 are 0.03.
  expect(inside / runs).toBeGreaterThan(0.92)
  expect(inside / runs).toBeLessThan(0.995)
})
test('the interval holds the truth as often where the model itself is measured no better than its levels', () => {
  const runs = 500
  const normal = (random: { uniform(): number }): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
  let inside = 0
  for (let run = 0; run < runs; run++) {
    const random = seededRandom('0c', String(run))
    const fit = halfLife(
      losses.map((x) => point(2 + x, 2 ** (-x / 0.2) + 0.05 * normal(random), 0.05)),
      0,
    )
    if ((fit?.low ?? 0) <= 0.2 && 0.2 <= (fit?.high ?? Infinity)) inside++
  }
  expect(inside / runs).toBeGreaterThan(0.92)
  expect(inside / runs).toBeLessThan(0.995)
})
test.each([
  { items: 64, h: 0.2, before: 0.98 },
  { items: 64, h: 0.05, before: 0.98 },
  { items: 16, h: 0.2, before: 1 },
])('the interval holds the truth where shares of $items prompts are measured, half-life $h', ({ items, h, before }) => {
  const runs = 400
  let inside = 0
  for (let run = 0; run < runs; run++) {
    const random = seededRandom('11', run, items, String(h))
    const points = losses.map((x, k) => {
      // Draws differ by up to 15 % about the truth; the model itself is one set of weights.
      const [chains, draws, spread] = k === 0 ? [1, 1, 0] : [4, 6, 0.15]
      const share = (): number => {
        const p = Math.min(1, before * 2 ** (-x / h) * (1 + spread * (2 * random.uniform() - 1)))
        return Array.from({ length: items }, () => Number(random.uniform() < p)).reduce((a, b) => a + b) / items
      }
      const values = Array.from({ length: chains }, () => Array.from({ length: draws }, share))
      const { mean, low, high } = estimate({ unit: 'proportion', values, items }, 0.025)
      return { loss: 2 + x, mean, low, high }
    })
    const fit = halfLife(points, 0)
    if ((fit?.low ?? 0) <= h && h <= (fit?.high ?? Infinity)) inside++
  }
  // Bounds of shares are wider than two standard errors: 98 or 99 % of runs here. Three standard errors of 400 are 0.03.
  expect(inside / runs).toBeGreaterThan(0.95)
})
test('a step is no exponential, and the misfit tells', () => {
  expect(
    halfLife(
      losses.map((x) => point(x, x < 0.25 ? 1 : 0, 0.01)),
      0,
    )?.misfit,
  ).toBeGreaterThan(10)
})
test('nothing is fitted to a curve that does not fall, or to one point', () => {
  expect(
    halfLife(
      losses.map((x) => point(x, 1, 0.01)),
      0,
    ),
  ).toBeUndefined()
  expect(halfLife(decaying(0.2, () => 0).slice(0, 2), 0)).toBeUndefined()
  expect(
    halfLife(
      decaying(0.2, () => 0),
      1,
    ),
  ).toBeUndefined()
})
