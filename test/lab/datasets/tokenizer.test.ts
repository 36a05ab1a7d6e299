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

  it('says which file is missing or broken', async () => {
    await expect(openTokenizer(await folderWith(undefined))).rejects.toThrow(/tokenizer\.json cannot be read/)
    await expect(openTokenizer(await folderWith('{"model":'))).rejects.toThrow(/is not JSON/)
    await expect(openTokenizer(await folderWith('{}'))).rejects.toThrow(/no tokenizer that can be used/)
  })
})
