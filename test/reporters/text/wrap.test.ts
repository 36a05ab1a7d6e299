import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wrap } from '../../../src/reporters/text/wrap.ts'

test('breaks at spaces, and inside a word only where it is too long', () => {
  expect(wrap('the file has 4,096 bytes', 10)).toEqual(['the file', 'has 4,096', 'bytes'])
  expect(wrap('abcdefghijkl m', 5)).toEqual(['abcde', 'fghij', 'kl m'])
  expect(wrap('one\n\ntwo', 10)).toEqual(['one', '', 'two'])
})

test('below a label the text hangs, unless that leaves it too little room', () => {
  expect(wrap('scale     loss 0.603 at nβ 3000', 22)).toEqual(['scale     loss 0.603', '          at nβ 3000'])
  expect(wrap('a label          loss 0.6', 12)).toEqual(['a label     ', 'loss 0.6'])
})

test('no line is too long and no letter is lost', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const lines = wrap(text, width)
      expect(lines.every((line) => [...line].length <= width)).toBe(true)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(/[ \n]/g, ''))
    }),
  )
})
