import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDataset } from '../../../src/lab/datasets/dataset.ts'
import { wordLevelTokenizer } from '../../../src/lab/datasets/word-level-tokenizer.ts'
import { pathOf, runKind } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

async function given(text: string | Uint8Array) {
  const ctx = await scratchContext()
  const file = join(ctx.scratch, 'story.txt')
  await writeFile(file, text)
  await writeFile(join(ctx.scratch, 'tokenizer.json'), JSON.stringify(wordLevelTokenizer(['a', 'b', '.'])))
  return { ctx, file, tokenizer: { type: 'tokenizer' as const, path: ctx.scratch } }
}

describe('text', () => {
  it('makes a dataset of a file', async () => {
    const { ctx, file, tokenizer } = await given('a b .\nb .\n')
    const made = await runKind('text', { inputs: { path: { type: 'path', path: file }, tokenizer }, ctx })
    const { sequences, length, tokens } = await readDataset(pathOf(made.dataset))
    expect([sequences, length]).toEqual([2, 4])
    expect([...tokens]).toEqual([1, 3, 4, 5, 1, 4, 5, 0])
  })

  it('takes one text, not none and not two', async () => {
    const { ctx, file, tokenizer } = await given('a .')
    await expect(runKind('text', { inputs: { tokenizer }, ctx })).rejects.toThrow('was given none')
    const both = { path: { type: 'path' as const, path: file }, text: { type: 'text' as const, path: file }, tokenizer }
    await expect(runKind('text', { inputs: both, ctx })).rejects.toThrow('was given two')
  })

  it('refuses bytes that are not UTF-8, naming the file', async () => {
    const { ctx, file, tokenizer } = await given(Uint8Array.of(0x61, 0xff, 0xfe))
    await expect(runKind('text', { inputs: { path: { type: 'path', path: file }, tokenizer }, ctx })).rejects.toThrow(
      'story.txt cannot be read as UTF-8 text',
    )
  })
})
