import { expect, test } from 'vitest'
import { interval, intervalDecimals } from '../../../src/reporters/text/interval.ts'

test('the ends are rounded outwards, so that a bound never looks better than it is', () => {
  expect(interval({ mean: 0.884, low: 0.8496, high: 0.9101 })).toEqual({ mean: '0.88', range: '[0.84, 0.92]' })
  expect(interval({ mean: 0.97, low: 0.9496, high: 0.985 }).range).toBe('[0.949, 0.985]')
})

test('exact decimals are not pushed outwards by binary rounding', () => {
  expect(interval({ mean: 0.9, low: 0.7, high: 0.95 }).range).toBe('[0.70, 0.95]')
})

test('a narrow interval gets at most three decimals, a wide one of large numbers none', () => {
  expect(interval({ mean: 0.9991, low: 0.9985, high: 0.9997 })).toEqual({ mean: '0.999', range: '[0.998, 1.000]' })
  expect(interval({ mean: 4321.5, low: 4000, high: 4600 })).toEqual({ mean: '4322', range: '[4000, 4600]' })
})

test('a column takes the decimals of its narrowest interval', () => {
  expect(
    intervalDecimals([
      { mean: 0.5, low: 0.4, high: 0.6 },
      { mean: 0.97, low: 0.96, high: 0.98 },
    ]),
  ).toBe(3)
})
