import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { vocabularyOf } from '../../../../src/lab/datasets/grammar.ts'
import { ioiWords, tinyGrammar } from '../../../../src/lab/datasets/tiny-grammar.ts'
import { promptDrawer } from '../../../../src/lab/experiments/ioi/draw-prompts.ts'
import { scoreIoi } from '../../../../src/lab/experiments/ioi/ioi.ts'
import { meanOf } from '../../../../src/lab/experiments/prompts.ts'
import { seededRandom } from '../../../../src/lab/random.ts'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { fakeModel } from '../../fake-model.ts'
import { modelFolder } from '../../model-folder.ts'
import { runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'
import { wordTokenizer } from '../../word-tokenizer.ts'

const grammar = tinyGrammar({ ioi: 0.6, facts: 0.3, filler: 0.1 }, 5, seededRandom('00'))
const tokenizer = wordTokenizer(vocabularyOf(grammar))
const draw = promptDrawer(ioiWords(grammar), tokenizer, 'mixed')
const random = seededRandom('03', 'ioi')
const prompts = Array.from({ length: 64 }, () => draw(random))
const names = new Set(ioiWords(grammar).names.map((name) => tokenizer.encode(name)[0]))

/** Gives names said once, names said twice, and all other tokens these logits. */
const countingModel = (once: number, twice: number, other = 0) =>
  fakeModel(tokenizer.vocabulary, (sofar) =>
    Array.from({ length: tokenizer.vocabulary }, (_, token) => {
      const said = names.has(token) ? sofar.filter((each) => each === token).length : 0
      return said === 1 ? once : said === 2 ? twice : other
    }),
  )

const mean = (values: ArrayLike<number>): number => meanOf(Array.from(values)).mean

describe('scoreIoi', () => {
  it('is right for a model that picks the name said once', async () => {
    const scores = await scoreIoi(countingModel(4, 1), prompts, 0)
    expect(meanOf(Array.from(scores.accuracy))).toEqual({ mean: 1, error: 0 })
    expect(mean(scores.top1)).toBe(1)
    expect(mean(scores['logit-difference'])).toBeCloseTo(3, 6)
    expect(mean(scores.probability)).toBeCloseTo(Math.exp(4) / (Math.exp(4) + Math.E + tokenizer.vocabulary - 2), 6)
  })
  it('is wrong for a model that repeats the subject, and for one that does not tell them apart', async () => {
    expect(mean((await scoreIoi(countingModel(1, 4), prompts, 0)).accuracy)).toBe(0)
    expect(mean((await scoreIoi(countingModel(1, 1), prompts, 0)).accuracy)).toBe(0)
  })
  it('tells accuracy among the two names from being the likeliest token', async () => {
    const scores = await scoreIoi(countingModel(2, 1, 3), prompts, 0)
    expect([mean(scores.accuracy), mean(scores.top1)]).toEqual([1, 0])
  })
})

describe('ioi', () => {
  const members = [0, 1].flatMap((chain) => [0, 1, 2].map((number) => ({ chain, draw: number, scale: 1 })))

  it('measures every draw on prompts of its own, and again the same way', async () => {
    const ctx = await scratchContext()
    const path = await modelFolder(join(ctx.scratch, 'model'), vocabularyOf(grammar), members)
    const inputs = {
      model: { type: 'ensemble' as const, path },
      grammar: { type: 'record' as const, value: { ...ioiWords(grammar) } },
    }
    const run = async (seed: string) =>
      valueOf((await runKind('ioi', { with: { prompts: 32 }, inputs, ctx: { ...ctx, seed } })).metrics) as Metrics
    const { metrics } = await run('00000000000000aa')
    expect(metrics.accuracy?.values.map((chain) => chain.length)).toEqual([3, 3])
    expect(metrics.accuracy?.items).toBe(32)
    // The weights are the same in all six, so only the prompts can differ.
    expect(new Set(metrics['logit-difference']?.values.flat()).size).toBe(6)
    expect(await run('00000000000000aa')).toEqual({ metrics })
    expect((await run('00000000000000ab')).metrics['logit-difference']).not.toEqual(metrics['logit-difference'])
  }, 60_000)

  it('says that English words are not those of the model', async () => {
    const ctx = await scratchContext()
    const path = await modelFolder(join(ctx.scratch, 'model'), ['a', 'b'])
    await expect(runKind('ioi', { inputs: { model: { type: 'model', path } }, ctx })).rejects.toThrow(
      "are one token of the model's tokenizer",
    )
  })
})
