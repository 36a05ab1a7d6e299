import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../../../src/lab/datasets/tokenizer.ts'
import { importPairs } from '../../../../src/lab/experiments/pairs/import-pairs.ts'
import { wordTokenizer } from '../../word-tokenizer.ts'

const tokenizer = wordTokenizer(['Mary', 'John', 'Tom', 'and', 'gave', 'to', 'it'])
const id = (word: string): number => tokenizer.encode(word)[0]!
const read = (value: unknown) => importPairs(JSON.stringify(value), tokenizer, { source: 'f', start: true })

describe('importPairs', () => {
  it('reads auto-circuit’s JSON, its labels shifted by the start token', () => {
    const { pairs, uneven, manyTokens } = read({
      seq_labels: ['IO', 'and', 'S1', 'gave'],
      word_idxs: { end: 3 },
      prompts: [
        {
          clean: 'Mary and John gave',
          corrupt: 'Tom and John gave',
          answers: [' Mary'],
          wrong_answers: [' John', ' Tom'],
        },
        { clean: 'Mary and John gave', corrupt: 'Tom gave', answers: [' Mary'], wrong_answers: [' John'] },
        { clean: 'Mary and John gave', corrupt: 'Tom and John gave', answers: [' Mary and'], wrong_answers: [' John'] },
      ],
    })
    expect({ uneven, manyTokens }).toEqual({ uneven: 1, manyTokens: 1 })
    expect(pairs).toHaveLength(1)
    expect(pairs[0]).toMatchObject({ answers: [id('Mary')], wrong: [id('John'), id('Tom')] })
    const at = (label: string): number => pairs[0]!.clean[pairs[0]!.labels[label]!]!
    expect([at('IO'), at('S1'), at('end')]).toEqual([id('Mary'), id('John'), id('gave')])
  })
  it('reads lines of feature-circuits, with the case as template', () => {
    const line = {
      clean_prefix: 'Mary gave',
      patch_prefix: 'John gave',
      clean_answer: ' it',
      patch_answer: ' to',
      case: 'x',
    }
    const { pairs } = importPairs(`${JSON.stringify(line)}\n`, tokenizer, { source: 'f', start: false })
    expect(pairs).toEqual([
      {
        ...{ clean: [id('Mary'), id('gave')], corrupt: [id('John'), id('gave')] },
        ...{ answers: [id('it')], wrong: [id('to')], labels: {}, template: 'x' },
      },
    ])
  })
  it('takes tokens as they are', () => {
    const { pairs } = importPairs(
      '{"clean": [3, 4], "corrupt": [5, 4], "answers": [1], "wrong_answers": [2]}',
      tokenizer,
      {
        source: 'f',
        start: false,
      },
    )
    expect(pairs[0]).toMatchObject({ clean: [3, 4], corrupt: [5, 4], answers: [1], wrong: [2] })
  })
  it('says what is missing, and why nothing is left', () => {
    expect(() => read([{ clean: 'Mary' }])).toThrow(/prompt 1 of f has no corrupt/)
    expect(() => importPairs('nonsense', tokenizer, { source: 'f', start: true })).toThrow(
      /line 1 of f is no JSON object/,
    )
    const uneven = { clean: 'Mary', corrupt: 'Mary and', answers: [' to'], wrong_answers: [' it'] }
    expect(() => read([uneven])).toThrow(/of 1 prompts in f, 0 have answers of several tokens and 1 .* another length/)
  })
})

const real = new URL('../../../../../shared/real/', import.meta.url).pathname
describe.skipIf(!existsSync(`${real}sva_feature_circuits`))('a real file, from ../shared/real', () => {
  it('gives agreement pairs of one token each in GPT-2’s words', async () => {
    const gpt2 = await openTokenizer(`${real}gpt2_tokenizer`)
    const text = readFileSync(`${real}sva_feature_circuits/simple_test.json`, 'utf8')
    const { pairs, uneven, manyTokens } = importPairs(text, gpt2, { source: 'simple_test.json', start: true })
    expect(pairs.length + uneven + manyTokens).toBe(text.trim().split('\n').length)
    expect(pairs.length).toBeGreaterThan(50)
    expect(new Set(pairs.map(({ template }) => template))).toEqual(new Set(['singular', 'plural']))
    // "The uncle" and "The uncles" are of different lengths, so the first that is kept is about the lawyer.
    expect(gpt2.tokenOf(pairs[0]!.answers[0]!)).toBe('Ġgoes')
    expect(gpt2.tokenOf(pairs[0]!.wrong[0]!)).toBe('Ġgo')
  })
})
