import { describe, expect, it } from 'vitest'
import { logistic, ridge } from '../../../../src/lab/experiments/probe/fit.ts'
import { kernelLogistic, kernelRidge } from '../../../../src/lab/experiments/probe/kernel-fit.ts'
import type { Features } from '../../../../src/lab/experiments/probe/standardise.ts'
import { seededRandom } from '../../../../src/lab/random.ts'

const random = seededRandom('10', 'kernel')
const features = (rows: number, width: number): Features => ({
  values: Float64Array.from({ length: rows * width }, () => random.uniform() - 0.5),
  rows,
  width,
})
/** The same with a column of ones, which carries the intercept. */
function withOnes({ values, rows, width }: Features): Features {
  const wide = new Float64Array(rows * (width + 1)).fill(1)
  for (let i = 0; i < rows; i++) wide.set(values.subarray(i * width, (i + 1) * width), i * (width + 1))
  return { values: wide, rows, width: width + 1 }
}
const near = (found: Float64Array, wanted: Float64Array): void => {
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 6)
  })
}

describe('a fit by rows is the fit by features', () => {
  const [train, test] = [features(40, 6), features(9, 6)]
  const numbers = Float64Array.from({ length: 40 }, (_, i) => train.values[6 * i]! + 0.3 * random.uniform())
  const shuffled = Float64Array.from(numbers, (_, i) => numbers[(7 * i) % 40]!)
  const labels = numbers.map((value) => Number(value > 0.1))

  it.each([undefined, 0.5])('ridge, penalty %s', (penalty) => {
    const sets = [[numbers, shuffled], [shuffled]]
    const [found, wanted] = [kernelRidge({ train, test }, sets, penalty), ridge({ train, test }, sets, penalty)]
    found.forEach((targets, s) => {
      targets.forEach((values, t) => {
        near(values, wanted[s]![t]!)
      })
    })
  })
  it.each([1e-2, 3])('logistic, penalty %d', (penalty) => {
    const fit = kernelLogistic({ train: withOnes(train), test: withOnes(test) }, penalty)
    near(fit(labels), logistic({ train, test }, [[labels]], penalty)[0]![0]!)
  })
})

it('rows fewer than features go by rows, and labels that are told apart stay so', () => {
  const [train, test] = [features(20, 60), features(5, 60)]
  const y = Float64Array.from({ length: 20 }, (_, i) => i % 2)
  const [[own]] = logistic({ train, test: train }, [[y]], 1e-2) as [[Float64Array]]
  own.forEach((value, i) => {
    expect(Math.sign(value)).toBe(y[i] === 1 ? 1 : -1)
  })
  near(ridge({ train, test }, [[y]], undefined)[0]![0]!, kernelRidge({ train, test }, [[y]], undefined)[0]![0]!)
})
