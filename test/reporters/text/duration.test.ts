import { expect, test } from 'vitest'
import { duration } from '../../../src/reporters/text/duration.ts'

test.each([
  [0.004, '0.0 s'],
  [0.31, '0.3 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [48.4, '48 s'],
  [99.4, '99 s'],
  [100, '1 min 40 s'],
  [119.6, '2 min 00 s'],
  [3599, '59 min 59 s'],
  [3600, '1 h 00 min'],
  [47 * 3600, '47 h 00 min'],
  [51 * 3600, '2 d 3 h'],
  [NaN, '–'],
  [-1, '–'],
])('%d seconds read %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})
