import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { wordLevelTokenizer } from '../../../src/lab/datasets/word-level-tokenizer.ts'
import { scratchContext } from '../scratch-context.ts'

const folderWith = async (text: string | undefined): Promise<string> => {
  const { out } = await scratchContext()
  if (text !== undefined) await writeFile(join(out, 'tokenizer.json'), text)
  return out
}

describe('openTokenizer', () => {
  it('reads a word-level tokenizer: specials first, one token a word, unknown words marked', async () => {
    const tokenizer = await openTokenizer(await folderWith(JSON.stringify(wordLevelTokenizer(['Mary', 'store', '.']))))
    expect([tokenizer.pad, tokenizer.bos, tokenizer.unknown, tokenizer.vocabulary]).toEqual([0, 1, 2, 6])
    expect(tokenizer.encode('Mary store .')).toEqual([3, 4, 5])
    expect(tokenizer.encode(' Mary')).toEqual([3])
    expect(tokenizer.encode('Mary mary')).toEqual([3, 2])
    expect(tokenizer.tokenOf(4)).toBe('store')
  })

  it('reads a vocabulary of more tokens than a call takes arguments', async () => {
    const words = Array.from({ length: 130_000 }, (_, i) => `w${i}`)
    const tokenizer = await openTokenizer(await folderWith(JSON.stringify(wordLevelTokenizer(words))))
    expect(tokenizer.vocabulary).toBe(130_003)
    expect(tokenizer.encode('w129999')).toEqual([130_002])
  })

  it('knows which piece stands for the unknown, also where only its number is said', async () => {
    const vocab = [
      ['<unk>', 0],
      ['▁', -2],
      ['a', -1],
    ]
    const model = { type: 'Unigram', unk_id: 0, vocab }
    const tokenizer = await openTokenizer(await folderWith(JSON.stringify({ model })))
    expect(tokenizer.unknown).toBe(0)
    expect(tokenizer.encode('ab')).toEqual([2, 0])
  })

  it('says which file is missing or broken', async () => {
    await expect(openTokenizer(await folderWith(undefined))).rejects.toThrow(/tokenizer\.json cannot be read/)
    await expect(openTokenizer(await folderWith('{"model":'))).rejects.toThrow(/is not JSON/)
    await expect(openTokenizer(await folderWith('{}'))).rejects.toThrow(/no tokenizer that can be used/)
  })
})
