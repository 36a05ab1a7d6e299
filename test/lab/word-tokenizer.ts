import type { TextTokenizer } from '../../src/lab/datasets/tokenizer.ts'

/** One token a word, after <pad>, <bos> and <unk>. */
export function wordTokenizer(words: readonly string[]): TextTokenizer {
  const all = ['<pad>', '<bos>', '<unk>', ...words]
  return {
    vocabulary: all.length,
    pad: 0,
    bos: 1,
    unknown: 2,
    encode: (text) =>
      text
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => (all.includes(word) ? all.indexOf(word) : 2)),
    tokenOf: (id) => all[id],
  }
}
