import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { yearDrawer } from '../../../src/lab/experiments/greater-than.ts'
import { seededRandom } from '../../../src/lab/random.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { root } from '../../house/files-below.ts'
import { gpt2Folder, gpt2Tokenizer } from '../gpt2-folder.ts'
import { modelFolder } from '../model-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

describe('yearDrawer', () => {
  it('asks for years that are two tokens, with all later years right and all others wrong', async () => {
    const tokenizer = await openTokenizer(gpt2Tokenizer)
    const draw = yearDrawer(['war'], { firstCentury: 17, lastCentury: 17 }, tokenizer)
    const random = seededRandom('05')
    const two = (token: number): number => Number(tokenizer.tokenOf(token))
    for (let i = 0; i < 200; i++) {
      const { text, right, wrong, after, before, tokens } = draw(random)
      const year = Number(/^The war lasted from the year 17(\d\d) to the year 17$/.exec(text)?.[1])
      expect(right.map(two).every((other) => other > year)).toBe(true)
      expect(wrong.map(two).every((other) => other <= year)).toBe(true)
      expect(right.length + wrong.length).toBeGreaterThan(90)
      expect([two(after), two(before)]).toEqual([year + 1, year - 1])
      expect(tokens.at(-1)).toBe(tokenizer.encode(' 17')[0])
    }
  })
})

describe('greater-than', () => {
  it('runs with nouns from a file, again the same way', async () => {
    const ctx = await scratchContext()
    const path = await gpt2Folder(join(ctx.scratch, 'model'))
    const inputs = {
      model: { type: 'model' as const, path },
      nouns: { type: 'path' as const, path: join(root, '../shared/real/greater_than/nouns.json') },
    }
    const run = async () =>
      (valueOf((await runKind('greater-than', { with: { prompts: 24 }, inputs, ctx })).metrics) as Metrics).metrics
    const first = await run()
    expect(Object.keys(first)).toContain('sharpness')
    expect(first['probability-difference']?.items).toBe(24)
    // Weights are random, so every year is about as likely as the next.
    expect(Math.abs(first['sharpness']?.values[0]?.[0] ?? 1)).toBeLessThan(1e-3)
    expect(await run()).toEqual(first)
  })
  it('says that a tokenizer does not split years, and what a file should be', async () => {
    const ctx = await scratchContext()
    const path = await modelFolder(join(ctx.scratch, 'words'), ['a'])
    const model = { type: 'model' as const, path }
    await expect(runKind('greater-than', { inputs: { model }, ctx })).rejects.toThrow('splits too few years')
    const nouns = { type: 'path' as const, path: join(path, 'config.json') }
    await expect(runKind('greater-than', { inputs: { model, nouns }, ctx })).rejects.toThrow('has no list of nouns')
  })
})
