import { expect, test } from 'vitest'
import { checkedDefinition } from '../../../src/lab/datasets/tokenizer-definition.ts'
import { StageError } from '../../../src/stage/stage-context.ts'

const words = (vocab: unknown): object => ({ model: { type: 'WordLevel', vocab, unk_token: 'u' } })
const bpe = (merges: unknown): object => ({ model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges } })

test.each<[unknown, RegExp]>([
  [null, /not a JSON object/],
  [[], /not a JSON object/],
  [{}, /"model"/],
  [{ model: { type: 'Morse', vocab: { a: 0 } } }, /model.type is "Morse"; supported are BPE, WordLevel/],
  [words({}), /model.vocab has no tokens/],
  [words({ a: 'zero' }), /gives "a" the number "zero"/],
  [words({ a: -1 }), /gives "a" the number -1/],
  [words({ a: 1.5 }), /gives "a" the number 1.5/],
  [words({ a: 1e12 }), /gives "a" the number 1000000000000/],
  [{ model: { type: 'Unigram', vocab: [['a', 'b']] } }, /no list of texts with their scores/],
  [bpe([5]), /model.merges is no list of pairs/],
  [bpe('a b'), /model.merges is no list of pairs/],
  [{ ...words({ a: 0 }), added_tokens: [null] }, /added_tokens is no list/],
  [{ ...words({ a: 0 }), added_tokens: { a: 1 } }, /added_tokens is no list/],
])('%j is refused by field', (value, message) => {
  expect(() => checkedDefinition(value, 'tokenizer.json')).toThrow(StageError)
  expect(() => checkedDefinition(value, 'tokenizer.json')).toThrow(message)
})

test.each([
  words({ a: 0 }),
  bpe(['a b']),
  bpe([['a', 'b']]),
  { model: { type: 'Unigram', vocab: [['a', -1.5]] } },
  { model: { vocab: { a: 0 } }, added_tokens: [{ id: 1, content: '<s>' }] },
])('%j is taken', (value) => {
  expect(checkedDefinition(value, 'tokenizer.json')).toMatchObject(value)
})
