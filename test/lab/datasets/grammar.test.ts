import { describe, expect, it } from 'vitest'
import {
  derivations,
  drawSentence,
  entropy,
  parseTemplate,
  vocabularyOf,
  type Grammar,
} from '../../../src/lab/datasets/grammar.ts'
import { seededRandom } from '../../../src/lab/random.ts'

const tiny: Grammar = {
  lists: { names: ['A', 'B', 'C'], towns: ['x', 'y'] },
  answers: new Map([
    ['A', 'p'],
    ['B', 'q'],
    ['C', 'r'],
  ]),
  templates: [
    parseTemplate('pair', 3, '{a:names} likes {b:names} and {a} .'),
    parseTemplate('swap', 1, '{a:names} likes {b:names} and {b} .'),
    parseTemplate('fact', 2, '{a:names} is {=a} in {t:towns} .'),
  ],
}
const word = ['A', 'B', 'C', 'x', 'y', 'p', 'q', 'r', 'likes', 'and', 'is', 'in', '.']

/** Every sentence with its probability. All templates have six words, the last `.`, the fourth `and` or `in`. */
function enumerate(): Map<string, number> {
  const found = new Map<string, number>()
  for (const first of word)
    for (const second of word)
      for (const third of word)
        for (const fourth of ['and', 'in'])
          for (const fifth of word) {
            const words = [first, second, third, fourth, fifth, '.']
            const nats = derivations(tiny, words)
            if (nats.length > 0)
              found.set(
                words.join(' '),
                nats.reduce((sum, value) => sum + Math.exp(-value), 0),
              )
          }
  return found
}

describe('a grammar', () => {
  const all = enumerate()

  it('has probabilities that sum to one over all its sentences', () => {
    expect(all.size).toBe(6 + 6 + 6)
    expect([...all.values()].reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it('has the entropy that enumeration gives', () => {
    const direct = [...all.values()].reduce((sum, p) => sum - p * Math.log(p), 0)
    const { sentence, words, perToken } = entropy(tiny)
    expect(sentence).toBeCloseTo(direct, 12)
    expect(words).toBe(6)
    expect(perToken).toBeCloseTo(direct / 6, 12)
  })

  it('draws sentences as often as their probability says, and tells it', () => {
    const random = seededRandom('01', 'draws')
    const counts = new Map<string, number>()
    const n = 20_000
    for (let i = 0; i < n; i++) {
      const { words, surprisal } = drawSentence(tiny, random)
      const text = words.join(' ')
      counts.set(text, (counts.get(text) ?? 0) + 1)
      expect(surprisal).toBeCloseTo(-Math.log(all.get(text) ?? Number.NaN), 12)
    }
    for (const [text, p] of all)
      expect(Math.abs((counts.get(text) ?? 0) / n - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / n))
  })

  it('knows sentences that are not its own', () => {
    expect(derivations(tiny, 'A likes A and A .'.split(' '))).toEqual([])
    expect(derivations(tiny, 'A is q in x .'.split(' '))).toEqual([])
    expect(derivations(tiny, 'A likes B'.split(' '))).toEqual([])
  })

  it('lists every word once', () => {
    expect([...vocabularyOf(tiny)].sort()).toEqual([...word].sort())
  })

  it('counts a sentence with two derivations twice', () => {
    const doubled: Grammar = {
      ...tiny,
      templates: [...tiny.templates, parseTemplate('again', 1, '{a:names} likes {b:names} and {b} .')],
    }
    expect(derivations(doubled, 'A likes B and B .'.split(' '))).toHaveLength(2)
  })
})
