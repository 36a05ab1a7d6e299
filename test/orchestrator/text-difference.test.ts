import { describe, expect, it } from 'vitest'
import { shortPair, wordChanges } from '../../src/orchestrator/text-difference.ts'

describe('wordChanges', () => {
  it.each([
    ['python3 a.py --draws 8 > out', 'python3 a.py --draws 16 > out', '--draws 8 → 16'],
    ['python3 a.py', 'python3 b.py', 'a.py → b.py'],
    ['echo 1 > out', 'echo 1 2 > out', '2 added'],
    ['a --fast --n 3', 'a --n 3', '--fast removed'],
    ['a --n=3', 'a --n=4', '--n=3 → --n=4'],
    ['a b c d e f', 'A b C d E f', 'a → A, c → C, e → E'],
    ['a b c d e f', 'A B C D E F', 'a → A, b → B, c → C and 3 more'],
    ['a "x y" c', 'a "x z" c', '"x y" → "x z"'],
    ["a 'x y' c", "a 'x z' c", "'x y' → 'x z'"],
    ['a  b', 'a b', 'only spaces changed'],
    ['a b c', 'a x y z c', 'b → x y z'],
    ['', 'a b', 'a b added'],
    ["it's", "it's so", 'so added'],
  ])('%s → %s', (before, after, expected) => {
    expect(wordChanges(before, after)).toBe(expected)
  })
})

describe('shortPair', () => {
  it('leaves short values as they are', () => {
    expect(shortPair('1', '2')).toEqual(['1', '2'])
  })
  it('shows where long values differ', () => {
    const same = 'a'.repeat(60)
    expect(shortPair(`${same}1`, `${same}23`)).toEqual(['…aaaaaaaa1', '…aaaaaaaa23'])
    expect(shortPair('x', 'y'.repeat(60))).toEqual(['x', `${'y'.repeat(39)}…`])
  })
})
