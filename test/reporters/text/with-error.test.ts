import { expect, test } from 'vitest'
import { withError } from '../../../src/reporters/text/with-error.ts'

test.each([
  [0.6604, 0.0049, '0.660 ± 0.005'],
  [0.8127, 0.012, '0.813 ± 0.012'],
  [0.5614, 0.00061, '0.5614 ± 0.0007'],
  [0.5842, 0.0013, '0.5842 ± 0.0013'],
  [12.3, 3, '12 ± 3'],
  [0.5, 0.00001, '0.5000 ± 0.0001'],
])('%d ± %d reads %s', (mean, se, text) => {
  expect(withError(mean, se)).toBe(text)
})

test('without a usable error the mean stands alone', () => {
  expect([withError(0.5, 0), withError(0.5, NaN), withError(NaN, 1)]).toEqual(['0.500', '0.500', '–'])
})
