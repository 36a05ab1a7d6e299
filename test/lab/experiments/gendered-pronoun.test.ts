import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { pronounPrompts } from '../../../src/lab/experiments/gendered-pronoun.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { gpt2Folder, gpt2Tokenizer } from '../gpt2-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'
import { wordTokenizer } from '../word-tokenizer.ts'

const words = { he: ['John'], she: ['Mary', 'Anna'], templates: ['When {name} came home,', 'I saw {name} and'] }

describe('pronounPrompts', () => {
  it('asks every name in every template, with the other pronoun as the wrong answer', async () => {
    const tokenizer = await openTokenizer(gpt2Tokenizer)
    const prompts = pronounPrompts(words, tokenizer)
    const [he, she] = [' he', ' she'].map((word) => tokenizer.encode(word)[0])
    expect(prompts.map(({ text, right, wrong }) => [text, right[0], wrong[0]])).toEqual([
      ['When John came home,', he, she],
      ['When Mary came home,', she, he],
      ['When Anna came home,', she, he],
      ['I saw John and', he, she],
      ['I saw Mary and', she, he],
      ['I saw Anna and', she, he],
    ])
  })
  it('needs pronouns of one token', () => {
    expect(() => pronounPrompts(words, wordTokenizer(['he', 'John']))).toThrow('"she" is not one token')
  })
})

describe('gendered-pronoun', () => {
  it('runs on its own words and on those of a record', async () => {
    const ctx = await scratchContext()
    const model = { type: 'model' as const, path: await gpt2Folder(join(ctx.scratch, 'model')) }
    const itemsOf = async (inputs: object) =>
      (valueOf((await runKind('gendered-pronoun', { inputs: { model, ...inputs }, ctx })).metrics) as Metrics).metrics[
        'accuracy'
      ]?.items
    expect(await itemsOf({})).toBe(192)
    expect(await itemsOf({ words: { type: 'record', value: words } })).toBe(6)
    await expect(itemsOf({ words: { type: 'record', value: { he: ['John'] } } })).rejects.toThrow(
      'no list of words `she`',
    )
  })
})
