import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copyTokenizer } from '../../../src/lab/datasets/copy-tokenizer.ts'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { root } from '../../house/files-below.ts'
import { scratchContext } from '../scratch-context.ts'

const gpt2 = join(root, '../shared/real/gpt2_tokenizer')

describe('byteLevelBpe', () => {
  it("reads GPT-2's two files, and gives the ids that are known of it", async () => {
    const tokenizer = await openTokenizer(gpt2)
    expect(tokenizer.vocabulary).toBe(50257)
    expect(tokenizer.bos).toBe(50256)
    expect(tokenizer.encode('Hello, world')).toEqual([15496, 11, 995])
    expect(tokenizer.encode(' Mary gave a drink to John')).toEqual([5335, 2921, 257, 4144, 284, 1757])
    expect(tokenizer.encode(' 1732')).toEqual([1596, 2624])
  })

  it('says what is wrong with a file', async () => {
    const { scratch } = await scratchContext()
    const folder = join(scratch, 'tokenizer')
    await mkdir(folder)
    await writeFile(join(folder, 'merges.txt'), '#version: 0.2\na b\n')
    await expect(openTokenizer(folder)).rejects.toThrow('tokenizer.json cannot be read')
    await writeFile(join(folder, 'vocab.json'), '["a"]')
    await expect(openTokenizer(folder)).rejects.toThrow("it should map each token's text to its number")
    await writeFile(join(folder, 'vocab.json'), '{"a": 0, "b": 1, "ab": 2}')
    expect((await openTokenizer(folder)).encode('abb')).toEqual([2, 1])
  })
})

describe('copyTokenizer', () => {
  it('writes the two files as one, which reads the same', async () => {
    const { scratch } = await scratchContext()
    expect(await copyTokenizer(gpt2, scratch)).toBe(true)
    const [first, second] = await Promise.all([openTokenizer(gpt2), openTokenizer(scratch)])
    expect(second.encode(' in the year 1732')).toEqual(first.encode(' in the year 1732'))
    expect(await copyTokenizer(join(scratch, 'nothing'), scratch)).toBe(false)
  })
})
