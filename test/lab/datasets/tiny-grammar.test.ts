import { describe, expect, it } from 'vitest'
import { derivations, drawSentence, entropy, vocabularyOf, type Slot } from '../../../src/lab/datasets/grammar.ts'
import { factPrompts, ioiTemplates, ioiWords, names, tinyGrammar } from '../../../src/lab/datasets/tiny-grammar.ts'
import { seededRandom } from '../../../src/lab/random.ts'

const shares = { ioi: 0.6, facts: 0.3, filler: 0.1 }
const grammar = tinyGrammar(shares, 160, seededRandom('00', 'facts'))
const draws = (count: number) => {
  const random = seededRandom('00', 'draws')
  return Array.from({ length: count }, () => drawSentence(grammar, random))
}

describe('the small language', () => {
  it('fits a vocabulary of 512 with three special tokens, and sequences of 20 with a start token', () => {
    expect(vocabularyOf(grammar).length + 3).toBeLessThanOrEqual(512)
    expect(Math.max(...grammar.templates.map(({ slots }) => slots.length))).toBeLessThanOrEqual(19)
  })

  it('has 40 names or more and six IOI templates or more, each in both orders', () => {
    expect(new Set(names).size).toBeGreaterThanOrEqual(40)
    expect(ioiTemplates.ABBA.length).toBeGreaterThanOrEqual(6)
    expect(new Set([...ioiTemplates.ABBA, ...ioiTemplates.BABA]).size).toBe(2 * ioiTemplates.ABBA.length)
  })

  it('gives 160 people 160 different towns', () => {
    const facts = factPrompts(grammar)
    expect(facts).toHaveLength(160)
    expect(new Set(facts.map(({ answer }) => answer)).size).toBe(160)
    for (const { prompt, answer } of facts)
      expect(derivations(grammar, `${prompt} ${answer} .`.split(' '))).toHaveLength(1)
  })

  it('derives each of its sentences in one way only', () => {
    for (const { words, surprisal } of draws(2000)) expect(derivations(grammar, words)).toEqual([surprisal])
  })

  it('has no sentence that begins another, so that the end need not be predicted', () => {
    const wordsOf = (slot: Slot): ReadonlySet<string> | undefined =>
      slot.is === 'word' ? new Set([slot.word]) : slot.is === 'draw' ? new Set(grammar.lists[slot.list]) : undefined
    for (const short of grammar.templates)
      for (const long of grammar.templates.filter(({ slots }) => slots.length > short.slots.length)) {
        const apart = short.slots.some((slot, i) => {
          const [a, b] = [wordsOf(slot), wordsOf(long.slots[i] as Slot)]
          return a !== undefined && b !== undefined && [...a].every((each) => !b.has(each))
        })
        expect(apart, `${short.name} could begin ${long.name}`).toBe(true)
      }
  })

  it('has the entropy that a Monte-Carlo average gives, within its error', () => {
    const sentences = draws(20_000)
    const tokens = sentences.reduce((sum, { words }) => sum + words.length, 0)
    const mean = sentences.reduce((sum, { surprisal }) => sum + surprisal, 0) / tokens
    const squares = sentences.reduce((sum, { surprisal, words }) => sum + (surprisal - mean * words.length) ** 2, 0)
    expect(Math.abs(mean - entropy(grammar).perToken)).toBeLessThan(4 * (Math.sqrt(squares) / tokens))
  })

  it('keeps the shares', () => {
    const sentences = draws(20_000)
    const share = (sort: string): number =>
      sentences.filter(({ template }) => template.startsWith(sort)).length / sentences.length
    for (const [sort, wanted] of [
      ['ioi-abba', 0.3],
      ['ioi-baba', 0.3],
      ['fact', 0.3],
      ['filler', 0.1],
    ] as const)
      expect(Math.abs(share(sort) - wanted)).toBeLessThan(0.015)
  })

  it('tells the IOI experiment its words in plain slots', () => {
    const { templates } = ioiWords(grammar)
    for (const text of [...templates.ABBA, ...templates.BABA])
      expect(text.match(/\{\w+\}/g)?.sort()).toEqual(['{IO}', '{IO}', '{S}', '{S}', '{object}', '{place}'].sort())
  })
})
