import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StageError } from '../../stage/stage-context.ts'

/** Names under which the vocabulary and the merges of GPT-2 are published. */
const pairs = [
  ['vocab.json', 'merges.txt'],
  ['encoder.json', 'vocab.bpe'],
] as const

/**
 * The `tokenizer.json` that a byte-level BPE amounts to which is published as two files: a vocabulary (JSON, text to
 * id) and merges (a line each, best first). Undefined where the folder has neither pair. Throws StageError for files
 * that are not such.
 */
export async function byteLevelBpe(folder: string): Promise<{ readonly model: object } | undefined> {
  for (const [vocabularyFile, mergesFile] of pairs) {
    const texts = await Promise.all(
      [vocabularyFile, mergesFile].map((name) => readFile(join(folder, name), 'utf8').catch(() => undefined)),
    )
    const [vocabulary, merges] = texts
    if (vocabulary === undefined || merges === undefined) continue
    return definition(readVocabulary(vocabulary, join(folder, vocabularyFile)), readMerges(merges))
  }
  return undefined
}

function readVocabulary(text: string, file: string): Readonly<Record<string, number>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new StageError(`${file} is not JSON (${(error as Error).message})`)
  }
  const isMap = value !== null && typeof value === 'object' && !Array.isArray(value)
  if (!isMap || !Object.values(value as object).every((id) => Number.isInteger(id)))
    throw new StageError(`${file} is no vocabulary: it should map each token's text to its number`)
  return value as Readonly<Record<string, number>>
}

/** The first line may say the version. */
const readMerges = (text: string): string[] =>
  text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'))

function definition(
  vocab: Readonly<Record<string, number>>,
  merges: readonly string[],
): { readonly model: object; readonly [key: string]: unknown } {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
  const end = '<|endoftext|>'
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: vocab[end] === undefined ? [] : [{ id: vocab[end], content: end, ...special }],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab,
      merges,
    },
  }
}
