import type { JsonObject } from '../../base/json.ts'

/** The special tokens of a word-level tokenizer, with ids 0, 1, 2. */
export const specials = { pad: '<pad>', bos: '<bos>', unknown: '<unk>' } as const

/** A Hugging Face `tokenizer.json` in which every word, as separated by white space, is one token. */
export function wordLevelTokenizer(words: readonly string[]): JsonObject {
  const marks = Object.values(specials)
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: marks.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries([...marks, ...words].map((word, id) => [word, id])),
      unk_token: specials.unknown,
    },
  }
}
