import { expect, it } from 'vitest'
import { inventedWords, mostWords } from '../../../src/lab/datasets/invented-words.ts'

it('invents as many different words as asked, people apart from towns', () => {
  const [who, where] = [inventedWords('who', mostWords), inventedWords('where', mostWords)]
  expect(new Set([...who, ...where]).size).toBe(2 * mostWords)
  expect(inventedWords('who', 3)).toEqual(who.slice(0, 3))
  for (const word of [...who, ...where]) expect(word).toMatch(/^[a-z]+$/)
})
