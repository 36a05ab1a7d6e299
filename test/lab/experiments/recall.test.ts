import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeFacts, scoreRecall } from '../../../src/lab/experiments/recall.ts'
import { meanOf } from '../../../src/lab/experiments/prompts.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { fakeModel } from '../fake-model.ts'
import { modelFolder } from '../model-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'
import { wordTokenizer } from '../word-tokenizer.ts'

const tokenizer = wordTokenizer(['zorvik', 'krabo', 'lives', 'in', 'talmoor', 'belwick'])
const mean = (values: ArrayLike<number>): number => meanOf(Array.from(values)).mean
const lines = (...facts: object[]): string => facts.map((fact) => JSON.stringify(fact)).join('\n')
const facts = lines({ prompt: 'zorvik lives in', answer: 'talmoor' }, { prompt: 'krabo lives in', answer: 'belwick' })

describe('recall', () => {
  it('counts answers that are the likeliest token', async () => {
    const batch = encodeFacts(facts, tokenizer, { source: 'facts.jsonl' })
    const talmoor = tokenizer.encode('talmoor')[0] ?? -1
    const model = fakeModel(tokenizer.vocabulary, () =>
      Array.from({ length: tokenizer.vocabulary }, (_, i) => (i === talmoor ? 2 : 0)),
    )
    const { accuracy, probability, loss } = await scoreRecall(model, batch)
    const [yes, no] = [Math.exp(2), 1].map((weight) => weight / (Math.exp(2) + tokenizer.vocabulary - 1)) as [
      number,
      number,
    ]
    expect(mean(accuracy)).toBe(0.5)
    expect(mean(probability)).toBeCloseTo((yes + no) / 2, 6)
    expect(mean(loss)).toBeCloseTo(-(Math.log(yes) + Math.log(no)) / 2, 6)
  })

  it('compares an answer with the wrong ones that are given', async () => {
    const asked = encodeFacts(
      lines(
        { prompt: 'zorvik lives in', answer: 'talmoor', wrong: ['belwick', 'krabo'] },
        { prompt: 'krabo lives in', answer: 'belwick', wrong: 'talmoor' },
      ),
      tokenizer,
      { source: 'facts.jsonl' },
    )
    const logit = { talmoor: 2, lives: 5 } as Readonly<Record<string, number>>
    const model = fakeModel(tokenizer.vocabulary, () =>
      Array.from({ length: tokenizer.vocabulary }, (_, id) => logit[tokenizer.tokenOf(id) ?? ''] ?? 0),
    )
    const { accuracy, preference } = await scoreRecall(model, asked)
    expect([Array.from(accuracy), Array.from(preference)]).toEqual([
      [0, 0],
      [1, 0],
    ])
  })

  it('runs on a real model', async () => {
    const ctx = await scratchContext()
    const path = await modelFolder(join(ctx.scratch, 'model'), ['zorvik', 'krabo', 'lives', 'in', 'talmoor', 'belwick'])
    const file = join(ctx.scratch, 'facts.jsonl')
    await writeFile(file, facts)
    const made = await runKind('recall', {
      inputs: { model: { type: 'model', path }, facts: { type: 'relation', path: file } },
      ctx,
    })
    const { metrics } = valueOf(made.metrics) as Metrics
    expect(metrics.accuracy).toMatchObject({ unit: 'proportion', values: [[0]], items: 2 })
    expect(metrics.loss?.values[0]?.[0]).toBeCloseTo(Math.log(9), 5)
  })

  it('leaves out facts whose answer is several tokens where it is told to, and says which', async () => {
    const ctx = await scratchContext()
    const path = await modelFolder(join(ctx.scratch, 'model'), ['zorvik', 'krabo', 'lives', 'in', 'talmoor', 'belwick'])
    const file = join(ctx.scratch, 'facts.jsonl')
    await writeFile(file, `${facts}\n${lines({ prompt: 'krabo lives in', answer: 'new york' })}`)
    const run = (severalTokens: string) =>
      runKind('recall', {
        with: { severalTokens },
        inputs: { model: { type: 'model', path }, facts: { type: 'relation', path: file } },
        ctx,
      })
    const made = await run('leave-out')
    expect((valueOf(made.metrics) as Metrics).metrics.accuracy).toMatchObject({ items: 2 })
    expect(valueOf(made.asked)).toEqual({ facts: 2, leftOut: ['new york'] })
    await expect(run('refuse')).rejects.toThrow('the answer "new york" on line 3 of facts.jsonl is not one token')
    const all = lines({ prompt: 'krabo lives in', answer: 'new york' })
    expect(() => encodeFacts(all, tokenizer, { source: 'f', severalTokens: 'leave-out' })).toThrow('is not one token')
  })

  it('names the line that is no fact or has an answer of other words', () => {
    expect(() => encodeFacts('{"prompt": "krabo lives in"}', tokenizer, { source: 'f' })).toThrow(
      'line 1 of f is no fact',
    )
    expect(() => encodeFacts(`${facts}\nnonsense`, tokenizer, { source: 'f' })).toThrow('line 3 of f is no fact')
    expect(() => encodeFacts(lines({ prompt: 'krabo lives in', answer: 'paris' }), tokenizer, { source: 'f' })).toThrow(
      'the answer "paris" on line 1 of f',
    )
    expect(() => encodeFacts('\n\n', tokenizer, { source: 'f' })).toThrow('f has no facts in it')
  })
})
