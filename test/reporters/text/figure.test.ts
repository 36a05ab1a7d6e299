import fc from 'fast-check'
import { expect, test } from 'vitest'
import { figure } from '../../../src/reporters/text/figure.ts'

test.each([
  [0, '0'],
  [3000, '3000'],
  [0.66149, '0.661'],
  [0.5, '0.5'],
  [-12.345, '-12.3'],
  [1.2e-7, '1.2e-7'],
  [2e12, '2e12'],
  [NaN, '–'],
  [Infinity, '∞'],
  [123456, '123456'],
  [100, '100'],
])('%d reads %s', (value, text) => {
  expect(figure(value)).toBe(text)
})

test('a figure read back is within half a unit of its third digit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e15, noNaN: true }), (value) => {
      expect(Math.abs(Number(figure(value)) - value)).toBeLessThanOrEqual(Math.abs(value) * 0.00501)
    }),
  )
})
