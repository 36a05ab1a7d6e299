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
})
