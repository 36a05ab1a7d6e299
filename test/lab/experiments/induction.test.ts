import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scoreInduction } from '../../../src/lab/experiments/induction.ts'
import { saidTwice } from '../../../src/lab/experiments/said-twice.ts'
import { seededRandom } from '../../../src/lab/random.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { fakeModel } from '../fake-model.ts'
import { gpt2Folder } from '../gpt2-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'
import { wordTokenizer } from '../word-tokenizer.ts'

const tokenizer = wordTokenizer(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
const choices = [3, 4, 5, 6, 7, 8, 9]

describe('scoreInduction', () => {
  it('is that of a perfect copier: all but the first token of the second block', async () => {
    // Blocks without repeated tokens, so that what followed a token before is certain.
    const said = saidTwice({ block: 5, sequences: 40, tokenizer, choices }, seededRandom('01'))
    const rows = Array.from({ length: 40 }, (_, i) => [
      ...said.tokens.subarray(i * said.length + 1, i * said.length + 6),
    ])
    const clean = rows.flatMap((row, i) => (new Set(row).size === 5 ? [i] : []))
    expect(clean.length).toBeGreaterThan(3)
    const tokens = Int32Array.from(
      clean.flatMap((i) => [...said.tokens.subarray(i * said.length, (i + 1) * said.length)]),
    )
    const copier = fakeModel(tokenizer.vocabulary, (sofar) => {
      const before = sofar.slice(0, -1).lastIndexOf(sofar.at(-1) ?? -1)
      return Array.from({ length: tokenizer.vocabulary }, (_, id) => (before >= 0 && id === sofar[before + 1] ? 30 : 0))
    })
    const scores = await scoreInduction(copier, { ...said, tokens }, 5)
    expect(scores.probability[0]).toBeCloseTo(1, 9)
    expect(scores['first-loss'][0]).toBeCloseTo(Math.log(tokenizer.vocabulary), 6)
    expect(scores.gain[0]).toBeCloseTo(Math.log(tokenizer.vocabulary), 6)
  })
})

describe('saidTwice', () => {
  it('says a block twice after the start of a sequence', () => {
    const { tokens, length, start } = saidTwice({ block: 3, sequences: 2, tokenizer, choices }, seededRandom('02'))
    expect([length, start, tokens.length]).toEqual([7, 1, 14])
    for (const i of [0, 7]) {
      expect(tokens[i]).toBe(tokenizer.bos)
      expect([...tokens.subarray(i + 1, i + 4)]).toEqual([...tokens.subarray(i + 4, i + 7)])
    }
  })
})

describe('induction', () => {
  it('gives metrics by sequence and a score for every head', async () => {
    const ctx = await scratchContext()
    const model = { type: 'model' as const, path: await gpt2Folder(join(ctx.scratch, 'model')) }
    const made = await runKind('induction', { with: { length: 8, sequences: 6 }, inputs: { model }, ctx })
    const { metrics } = valueOf(made.metrics) as Metrics
    expect(metrics.gain?.items).toBe(6)
    const { heads } = valueOf(made.heads) as { heads: { head: string; score: number }[] }
    expect(heads.map(({ head }) => head).sort()).toEqual(['0.0', '0.1', '1.0', '1.1'])
    // Weights this small attend almost evenly: a query at position p has p + 1 keys.
    const even = Array.from({ length: 8 }, (_, t) => 1 / (1 + 8 + t + 1)).reduce((sum, share) => sum + share / 8, 0)
    for (const { score } of heads) expect(score).toBeGreaterThan(even / 3)
    for (const { score } of heads) expect(score).toBeLessThan(even * 3)
  })
  it('says that a block does not fit twice', async () => {
    const ctx = await scratchContext()
    const model = { type: 'model' as const, path: await gpt2Folder(join(ctx.scratch, 'model'), 16) }
    await expect(runKind('induction', { with: { length: 8 }, inputs: { model }, ctx })).rejects.toThrow(
      'longer than the model',
    )
    await expect(runKind('induction', { with: { lowest: 60_000 }, inputs: { model }, ctx })).rejects.toThrow(
      'there are 0 tokens',
    )
  })
})
