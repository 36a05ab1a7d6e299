import { expect, test } from 'vitest'
import type { Words } from '../../../src/engine/sampling/threefry.ts'
import { threefryWords } from '../../../src/engine/sampling/threefry.ts'

const block = (key: Words, counter: Words): string[] => {
  const out = new Uint32Array(4)
  threefryWords(key, counter, out)
  return Array.from(out, (word) => word.toString(16).padStart(8, '0'))
}

// Known answers of the Random123 library for threefry4x32 with 20 rounds.
test('all zeros', () => {
  expect(block([0, 0, 0, 0], [0, 0, 0, 0])).toEqual(['9c6ca96a', 'e17eae66', 'fc10ecd4', '5256a7d8'])
})
test('all ones', () => {
  expect(block([-1, -1, -1, -1], [-1, -1, -1, -1])).toEqual(['2a881696', '57012287', 'f6c7446e', 'a16a6732'])
})
test('consecutive counters fill an array', () => {
  const out = new Uint32Array(12)
  threefryWords([1, 2, 3, 4], [5, 6, 7, 8], out)
  const single = new Uint32Array(4)
  threefryWords([1, 2, 3, 4], [7, 6, 7, 8], single)
  expect(out.slice(8)).toEqual(single)
})
