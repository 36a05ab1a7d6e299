import { describe, expect, it } from 'vitest'
import { promptDrawer } from '../../../../src/lab/experiments/ioi/draw-prompts.ts'
import { englishWords } from '../../../../src/lab/experiments/ioi/words.ts'
import { vocabularyOf } from '../../../../src/lab/datasets/grammar.ts'
import { ioiWords, tinyGrammar } from '../../../../src/lab/datasets/tiny-grammar.ts'
import { seededRandom } from '../../../../src/lab/random.ts'
import { wordTokenizer } from '../../word-tokenizer.ts'

const grammar = tinyGrammar({ ioi: 0.6, facts: 0.3, filler: 0.1 }, 10, seededRandom('00'))
const words = ioiWords(grammar)
const tokenizer = wordTokenizer(vocabularyOf(grammar))
const drawn = (order: 'ABBA' | 'BABA' | 'mixed', count = 400) => {
  const draw = promptDrawer(words, tokenizer, order)
  const random = seededRandom('0a', 'prompts')
  return Array.from({ length: count }, () => draw(random))
}

describe('promptDrawer', () => {
  it('names the subject twice and the indirect object once, and stops before the answer', () => {
    for (const { tokens, io, s, text } of drawn('mixed')) {
      expect(
        tokens.filter((token) => token === s),
        text,
      ).toHaveLength(2)
      expect(
        tokens.filter((token) => token === io),
        text,
      ).toHaveLength(1)
      expect(tokens[0]).toBe(tokenizer.bos)
      expect(text).toMatch(/ to$/)
    }
  })

  it('puts the indirect object first in ABBA, the subject first in BABA, and each half of the time when mixed', () => {
    const isFirst = ({ tokens, io, s }: { tokens: readonly number[]; io: number; s: number }): boolean =>
      tokens.indexOf(io) < tokens.indexOf(s)
    expect(drawn('ABBA').every(isFirst)).toBe(true)
    expect(drawn('BABA').some(isFirst)).toBe(false)
    expect(Math.abs(drawn('mixed', 2000).filter(isFirst).length / 2000 - 0.5)).toBeLessThan(0.05)
  })

  it('uses all names and templates', () => {
    const prompts = drawn('mixed', 2000)
    expect(new Set(prompts.map(({ io }) => io)).size).toBe(words.names.length)
    expect(new Set(prompts.map(({ text }) => text.split(' ').length)).size).toBeGreaterThan(3)
  })

  it('draws these very prompts as long as the version of ioi is 1', () => {
    expect(drawn('mixed', 3).map(({ text }) => text)).toMatchInlineSnapshot(`
      [
        "While Simon and Frank were in the garden , Frank passed the coat to",
        "Yesterday Maria and Xavier had a map at the station , so Maria gave it to",
        "Then , Ruth and Anna went to the beach . Anna gave a key to",
      ]
    `)
  })

  it('refuses a tokenizer with too few of the names, and templates in other words', () => {
    expect(() => promptDrawer(words, wordTokenizer(words.names.slice(0, 7)), 'mixed')).toThrow(
      `only 7 of ${words.names.length} names are one token`,
    )
    const draw = promptDrawer(englishWords, tokenizer, 'ABBA')
    expect(() => draw(seededRandom('0a'))).toThrow(
      /has words that the model's tokenizer does not know; it reads "<bos>/,
    )
  })

  it('has English templates of the same form', () => {
    for (const text of [...englishWords.templates.ABBA, ...englishWords.templates.BABA]) {
      expect(text.match(/\{S\}/g)).toHaveLength(2)
      expect(text.match(/\{IO\}/g)).toHaveLength(2)
      expect(text.endsWith(' to {IO}')).toBe(true)
    }
  })
})
