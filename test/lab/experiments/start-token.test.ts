import { expect, test } from 'vitest'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { promptTokens } from '../../../src/lab/experiments/answers.ts'
import { begunWith } from '../../../src/lab/experiments/start-token.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'
import { tinyFile, tinyModel } from './tiny-pairs.ts'

test('a prompt begins with the start token, or where it is told otherwise with its own first', async () => {
  const tokenizer = await openTokenizer(tinyModel.path)
  const [first, ...rest] = promptTokens('the', begunWith(tokenizer, true))
  expect(first).toBe(tokenizer.bos)
  expect(promptTokens('the', begunWith(tokenizer, false))).toEqual(rest)
})

test('it changes what is measured', async () => {
  const difference = async (start: boolean): Promise<number> => {
    const inputs = { model: tinyModel, grammar: tinyFile('grammar.json') }
    const outputs = await runKind('ioi', { with: { prompts: 16, start }, inputs, ctx: await scratchContext() })
    return (valueOf(outputs['metrics']) as Metrics).metrics['logit-difference']!.values[0]![0]!
  }
  const [begun, bare] = [await difference(true), await difference(false)]
  expect(Math.abs(begun - bare)).toBeGreaterThan(1e-3)
})
