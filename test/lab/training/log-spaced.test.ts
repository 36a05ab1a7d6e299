import { expect, test } from 'vitest'
import { logSpaced } from '../../../src/lab/training/log-spaced.ts'

test('steps grow by a factor, from 0 to the last, each once', () => {
  expect(logSpaced(100, 5)).toEqual([0, 2, 9, 31, 100])
  expect(logSpaced(3, 20)).toEqual([0, 1, 2, 3])
})
