import { expect, test } from 'vitest'
import { gapMultiple } from '../../../src/reporters/text/gap-multiple.ts'

test.each([
  [1, '1.0'],
  [8.24, '8.2'],
  [9.96, '10'],
  [43.5, '44'],
  [120, '120'],
  [12345, '12345'],
])('%d reads %s', (value, text) => {
  expect(gapMultiple(value)).toBe(text)
})
