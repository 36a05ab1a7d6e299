import { describe, expect, it } from 'vitest'
import { tokenise, type Cut } from '../../../src/lab/datasets/tokenise.ts'
import type { TextTokenizer } from '../../../src/lab/datasets/tokenizer.ts'

const words = ['<pad>', '<bos>', '<unk>', 'a', 'b', 'c', '.']
const tokenizer: TextTokenizer = {
  vocabulary: words.length,
  pad: 0,
  bos: 1,
  unknown: 2,
  encode: (text) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => (words.includes(word) ? words.indexOf(word) : 2)),
  tokenOf: (id) => words[id],
}
const cut = (more: Partial<Cut>): Cut => ({ source: 'x.txt', mode: 'lines', unknownLimit: 0, ...more })

describe('tokenise, lines', () => {
  it('starts, pads and masks each line', () => {
    const { sequences, length, tokens, mask } = tokenise('a b .\n\nc .\n', tokenizer, cut({}))
    expect([sequences, length]).toEqual([2, 4])
    expect([...tokens]).toEqual([1, 3, 4, 6, 1, 5, 6, 0])
    expect([...mask]).toEqual([0, 1, 1, 1, 0, 1, 1, 0])
  })
  it('keeps a limit of sequences and a given length', () => {
    const { sequences, length, mask } = tokenise('a .\nb .\nc .', tokenizer, cut({ limit: 2, length: 5 }))
    expect([sequences, length]).toEqual([2, 5])
    expect([...mask]).toEqual([0, 1, 1, 0, 0, 0, 1, 1, 0, 0])
  })
  it('predicts nothing at the first token where there is no start token', () => {
    const { tokens, mask } = tokenise('a b', { ...tokenizer, bos: undefined }, cut({}))
    expect([[...tokens], [...mask]]).toEqual([
      [3, 4],
      [0, 1],
    ])
  })
  it('names the line that is too long, or has nothing to predict', () => {
    expect(() => tokenise('a .\na b c .', tokenizer, cut({ length: 4 }))).toThrow(
      'line 2 of x.txt has 5 tokens, more than length 4',
    )
    expect(() => tokenise('a b\n\na', { ...tokenizer, bos: undefined }, cut({}))).toThrow(
      'line 3 of x.txt is one token long',
    )
  })
})

describe('tokenise, stream', () => {
  it('cuts every length tokens and drops the rest', () => {
    const { sequences, tokens, mask } = tokenise('a b\nc a b c .', tokenizer, cut({ mode: 'stream', length: 3 }))
    expect(sequences).toBe(2)
    expect([...tokens]).toEqual([3, 4, 5, 3, 4, 5])
    expect([...mask]).toEqual([0, 1, 1, 0, 1, 1])
  })
  it('refuses a text shorter than one sequence', () => {
    expect(() => tokenise('a b', tokenizer, cut({ mode: 'stream' }))).toThrow(
      'x.txt has 2 tokens, fewer than one sequence of 128',
    )
  })
})

describe('tokenise, both', () => {
  it('refuses an empty text', () => {
    expect(() => tokenise(' \n', tokenizer, cut({}))).toThrow('x.txt has no text in it')
  })
  it('counts unknown words against the limit and shows where', () => {
    expect(() => tokenise('a b .\na zebra .', tokenizer, cut({}))).toThrow(
      '1 of 8 tokens of x.txt are unknown to the tokenizer, more than the share 0 allowed; the first such sequence reads "<bos> a <unk> ."',
    )
    expect(tokenise('a b .\na zebra .', tokenizer, cut({ unknownLimit: 0.125 })).sequences).toBe(2)
  })
})
