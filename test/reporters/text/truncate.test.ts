import { expect, test } from 'vitest'
import { truncate } from '../../../src/reporters/text/truncate.ts'

test('what fits stays; what does not keeps both ends', () => {
  expect(truncate('level-03', 8)).toBe('level-03')
  expect(truncate('a-very-long-stage-name', 11)).toBe('a-ver…-name')
})

test.each([0, 1, 2, 3, 7])('is never longer than %d columns', (width) => {
  expect([...truncate('żółć-🙂-stage', width)].length).toBeLessThanOrEqual(width)
})
