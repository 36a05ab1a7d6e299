import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean } from '../../src/base/did-you-mean.ts'

describe('didYouMean', () => {
  it.each([
    ['acuracy', ['accuracy', 'loss'], ['accuracy']],
    ['modle', ['model', 'mode', 'data'], ['model', 'mode']],
    ['wiht', ['with', 'use'], ['with']],
    ['whit', ['with', 'use'], ['with']],
    ['Subject', ['subject'], ['subject']],
    ['nat', ['natural-scale', 'text'], ['natural-scale']],
    ['quantum', ['model', 'text'], []],
    ['', ['model'], []],
  ])('%s among %j is %j', (word, candidates, near) => {
    expect(didYouMean(word, candidates)).toEqual(near)
  })
  it('gives at most three, nearest first; of equals those of the same length, then in order of the alphabet', () => {
    expect(didYouMean('level', ['levels', 'bevel', 'level1', 'lever'])).toEqual(['bevel', 'lever', 'level1'])
  })
  it('counts a swap of neighbours as one mistake', () => {
    expect(didYouMean('ab', ['ba'])).toEqual(['ba'])
  })
  it('gives up on a word that is no slip of the fingers', () => {
    expect(didYouMean('a'.repeat(5000), ['a'.repeat(5001)])).toEqual([])
  })
  it('finds what the full table of distances finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', '-', '1'), minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(word, word, (written, candidate) => {
        const limit = written.length === 1 ? 0 : Math.max(1, Math.floor(written.length * 0.4))
        const sorted = (text: string): string => [...text].sort().join('')
        const isNear =
          distance(written, candidate) <= limit ||
          candidate.startsWith(written) ||
          sorted(candidate) === sorted(written)
        expect(didYouMean(written, [candidate])).toEqual(isNear ? [candidate] : [])
      }),
      { seed: 7, numRuns: 3000 },
    )
  })
})

/** Optimal string alignment by its definition, the whole table. */
function distance(a: string, b: string): number {
  const table = [...a, ''].map((_, i) => [...b, ''].map((_, j) => (i === 0 ? j : i)))
  const at = (i: number, j: number): number => table[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      const row = table[i] as number[]
      row[j] = j === 0 ? i : Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change, swap)
    }
  }
  return at(a.length, b.length)
}
