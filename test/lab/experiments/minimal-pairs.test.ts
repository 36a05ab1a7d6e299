import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodePairs, sentenceLosses } from '../../../src/lab/experiments/minimal-pairs.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { root } from '../../house/files-below.ts'
import { fakeModel } from '../fake-model.ts'
import { gpt2Folder } from '../gpt2-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'
import { wordTokenizer } from '../word-tokenizer.ts'

const tokenizer = wordTokenizer(['cats', 'cat', 'sleep', 'sleeps'])

describe('sentenceLosses', () => {
  it('adds up the losses of a sentence without its padding', async () => {
    // The next token is the one that follows by number, with probability one half; the others share the rest.
    const model = fakeModel(7, (sofar) =>
      Array.from({ length: 7 }, (_, id) => Math.log(id === ((sofar.at(-1) ?? 0) + 1) % 7 ? 6 : 1)),
    )
    const losses = await sentenceLosses(
      model,
      [
        [1, 2, 3],
        [1, 3],
      ],
      0,
    )
    expect(losses[0]).toBeCloseTo(2 * Math.log(2), 6)
    expect(losses[1]).toBeCloseTo(Math.log(12), 6)
  })
  it('says that a sentence is too long', async () => {
    const model = fakeModel(7, () => Array<number>(7).fill(0), 2)
    await expect(sentenceLosses(model, [[1, 2, 3, 4]], 0)).rejects.toThrow('the model takes 2 at most')
  })
})

describe('encodePairs', () => {
  it('reads pairs after the token that starts a sequence', () => {
    const text = '{"sentence_good": "cats sleep", "sentence_bad": "cats sleeps"}\n\n'
    expect(encodePairs(text, tokenizer, 'f')).toEqual([{ good: [1, 3, 5], bad: [1, 3, 6] }])
  })
  it('names the line that is none', () => {
    expect(() => encodePairs('{"sentence_good": "cats sleep"}', tokenizer, 'f')).toThrow('line 1 of f is no pair')
    expect(() => encodePairs('\nrubbish', tokenizer, 'f')).toThrow('line 2 of f is no pair')
    expect(() => encodePairs('', tokenizer, 'f')).toThrow('f has no pairs')
    const unknown = '{"sentence_good": "dogs sleep", "sentence_bad": "cats sleeps"}'
    expect(() => encodePairs(unknown, tokenizer, 'f')).toThrow('"<unk> sleep"')
  })
})

describe('minimal-pairs', () => {
  it('runs on a file of BLiMP, drawing pairs afresh from the seed', async () => {
    const ctx = await scratchContext()
    const inputs = {
      model: { type: 'model' as const, path: await gpt2Folder(join(ctx.scratch, 'model')) },
      sentences: { type: 'path' as const, path: join(root, '../shared/real/blimp/determiner_noun_agreement_1.jsonl') },
    }
    const run = async (seed: string) =>
      (
        valueOf(
          (await runKind('minimal-pairs', { with: { pairs: 50 }, inputs, ctx: { ...ctx, seed } })).metrics,
        ) as Metrics
      ).metrics
    const first = await run('01')
    expect(first.accuracy?.items).toBe(50)
    expect(await run('01')).toEqual(first)
    expect(await run('02')).not.toEqual(first)
  }, 60_000)
})
