import { expect, test } from 'vitest'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const run = async (given: object) => runKind('equivalent', { with: given, ctx: await scratchContext() })

test('a loss becomes parameters, tokens and compute', async () => {
  const made = await run({ loss: 2.5, law: 'chinchilla', tokenizer: 'MassiveText' })
  const answer = valueOf(made['answer']) as {
    parameters: number
    tokens: number
    compute: number
    extrapolated: boolean
  }
  expect(answer.parameters / 1.36e9).toBeCloseTo(1, 2)
  expect(answer.tokens / answer.parameters).toBeCloseTo(20, 9)
  expect(answer.compute / (6 * answer.parameters * answer.tokens)).toBeCloseTo(1, 12)
  expect(answer.extrapolated).toBe(false)
})

test('outside the models it was fitted to, the answer says so', async () => {
  const made = await run({ loss: 2.79, law: 'pythia', tokenizer: 'Pythia' })
  expect(valueOf(made['answer'])).toMatchObject({ extrapolated: true })
})

test('losses per another tokenizer’s tokens are refused', async () => {
  await expect(run({ loss: 2.5, law: 'pythia', tokenizer: 'GPT-2' })).rejects.toThrow(
    /per token of GPT-2, the law pythia per token of Pythia/,
  )
})

test('a loss under the floor is refused', async () => {
  await expect(run({ loss: 1.5, law: 'chinchilla', tokenizer: 'MassiveText' })).rejects.toThrow(
    /no size of model has a loss of 1.5/,
  )
})
