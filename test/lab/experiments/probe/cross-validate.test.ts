import { describe, expect, it } from 'vitest'
import { crossValidate, makeFolds } from '../../../../src/lab/experiments/probe/cross-validate.ts'
import { logistic, ridge } from '../../../../src/lab/experiments/probe/fit.ts'
import { dealOf, explainedVariance, scoreProbe } from '../../../../src/lab/experiments/probe/score-probe.ts'
import { seededRandom } from '../../../../src/lab/random.ts'

const rows = 400
const width = 8
const random = seededRandom('07', 'data')
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
const values = Float64Array.from({ length: rows * width }, normal)
const features = { values, rows, width }
const weights = Array.from({ length: width }, normal)
const signal = Float64Array.from({ length: rows }, (_, i) =>
  weights.reduce((sum, w, j) => sum + w * values[i * width + j]!, 0),
)
const size = Math.hypot(...weights)
/** A quarter of the variance of the signal is added as noise: R² of the truth is 0.8. */
const noisy = signal.map((value) => value + 0.5 * size * normal())
const texts = Array.from({ length: rows }, (_, i) => `text ${i}`)
const folds = makeFolds(texts, 5, seededRandom('07', 'folds'))

describe('a cross-validated probe', () => {
  it('recovers a linear rule exactly where there is no noise', () => {
    const [found] = crossValidate(features, [[signal]], { folds, fit: ridge, penalty: 1e-9 })
    expect(explainedVariance(found!, [signal]).mean).toBeGreaterThan(1 - 1e-9)
  })
  it('has the R² that the data has, and a control near 0', () => {
    const deals = [0, 1, 2, 3].map((i) => dealOf(texts, seededRandom('07', 'deal', i)))
    const targets = { kind: 'number' as const, values: [...noisy].map((value) => [value]) }
    const { score, control } = scoreProbe(features, targets, { folds, penalty: undefined, deals })
    // 0.8 less the cost of fitting 8 weights to 320 rows: 0.2 · (1 + 8/320) = 0.205 of the variance is left.
    expect(Math.abs(score.mean - 0.795)).toBeLessThan(3 * score.error)
    expect(score.error).toBeLessThan(0.03)
    expect(Math.abs(control.mean)).toBeLessThan(0.05)
  })
  it('separates classes that a plane separates, and guesses where labels are dealt at random', () => {
    const labels = [...signal].map((value) => (value > 0 ? 'plus' : 'minus'))
    const targets = { kind: 'class' as const, classes: ['minus', 'plus'], labels }
    const deals = [0, 1, 2, 3].map((i) => dealOf(texts, seededRandom('08', 'deal', i)))
    const { score, control } = scoreProbe(features, targets, { folds, penalty: 1e-4, deals })
    expect(score.mean).toBeGreaterThan(0.97)
    // Four deals of 400: a standard deviation of 0.0125 about one half, more as folds share rows.
    expect(Math.abs(control.mean - 0.5)).toBeLessThan(0.06)
  })
  it('keeps texts that are the same in one fold, and deals them the same label', () => {
    const twice = [...texts.slice(0, 20), ...texts.slice(0, 20)]
    const { of } = makeFolds(twice, 4, seededRandom('07', 'folds'))
    expect([...of.slice(0, 20)]).toEqual([...of.slice(20)])
    const deal = dealOf(twice, seededRandom('07', 'deal'))
    expect(deal.slice(0, 20)).toEqual(deal.slice(20))
  })
  it('fits a logistic regression whose gradient is zero', () => {
    // One row of each label at ±1: both terms of the penalty pull, w solves λw = 2(1 − p(w)) and b stays 0.
    const pair = { values: Float64Array.of(-1, 1), rows: 2, width: 1 }
    const [[found]] = logistic({ train: pair, test: pair }, [[Float64Array.of(0, 1)]], 0.5) as [[Float64Array]]
    expect(0.5 * found[1]!).toBeCloseTo(2 * (1 - 1 / (1 + Math.exp(-found[1]!))), 6)
    expect(found[0]).toBeCloseTo(-found[1]!, 9)
  })
})
