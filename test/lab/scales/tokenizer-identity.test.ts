import { expect, test } from 'vitest'
import { isTokenizer, tokenizerIdentity } from '../../../src/lab/scales/tokenizer-identity.ts'

const tokenizer = (vocabulary: number, tokens: Readonly<Record<number, string>>) => ({
  vocabulary,
  tokenOf: (id: number) => tokens[id] ?? `token ${id}`,
})

test('the tokenizers of published families are told by a few of their tokens', () => {
  const gpt2 = { 198: 'Ċ', 262: 'Ġthe', 50_256: '<|endoftext|>' }
  expect(tokenizerIdentity(tokenizer(50_257, gpt2)).name).toBe('GPT-2')
  expect(tokenizerIdentity(tokenizer(50_257, { ...gpt2, 262: 'Ġa' })).name).toBeUndefined()
  expect(tokenizerIdentity(tokenizer(50_277, { 0: '<|endoftext|>', 187: 'Ċ', 253: 'Ġthe' })).name).toBe('Pythia')
})

test('any other is known by the digest of its tokens', () => {
  const [one, other] = [tokenizerIdentity(tokenizer(5, {})), tokenizerIdentity(tokenizer(5, { 3: 'x' }))]
  expect(one.digest).not.toBe(other.digest)
  expect(isTokenizer(one, one.digest)).toBe(true)
  expect(isTokenizer(one, other.digest)).toBe(false)
  expect(isTokenizer(one, 'GPT-2')).toBe(false)
})
