import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { tokenizerIdentity } from '../../../src/lab/scales/tokenizer-identity.ts'
import { givenModelAndText } from './given.ts'
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
    /per token of GPT-2, and .* per token of Pythia/,
  )
})

test('a loss under the floor is refused', async () => {
  await expect(run({ loss: 1.5, law: 'chinchilla', tokenizer: 'MassiveText' })).rejects.toThrow(
    /no size of model has a loss of 1.5/,
  )
})

test('a loss above that of a single parameter is refused', async () => {
  await expect(run({ loss: 100, law: 'gpt-2', tokenizer: 'GPT-2' })).rejects.toThrow(
    /no size of model has a loss of 100 nats\/token: a single parameter has 8\.\d+/,
  )
})

test('a family of one’s own, its tokenizer known by the digest of its tokens', async () => {
  const { ctx, model } = await givenModelAndText()
  const { digest } = tokenizerIdentity(await openTokenizer(model.path))
  const members = [
    { name: 'large', parameters: 1e8, loss: 2 },
    { name: 'small', parameters: 1e6, loss: 3 },
  ]
  const path = join(ctx.scratch, 'family.json')
  const family = { type: 'path' as const, path }
  const ask = async (whole: object, loss: number) => {
    await writeFile(path, JSON.stringify(whole))
    return valueOf((await runKind('equivalent', { with: { loss }, inputs: { model, family }, ctx }))['answer'])
  }
  const answer = await ask({ tokenizer: digest, members }, 2.5)
  expect(answer).toMatchObject({ smaller: 'small', larger: 'large', extrapolated: false })
  expect((answer as { parameters: number }).parameters / 1e7).toBeCloseTo(1, 9)
  expect(await ask({ tokenizer: digest, members }, 1.5)).toMatchObject({ smaller: 'large', extrapolated: true })
  await expect(ask({ tokenizer: 'GPT-2', members }, 2.5)).rejects.toThrow('they cannot be compared')
  await expect(ask({ tokenizer: digest, members: members.slice(1) }, 2.5)).rejects.toThrow('two members at least')
  await expect(ask({ tokenizer: digest, members: [...members, { parameters: 1e9, loss: 2.1 }] }, 2.5)).rejects.toThrow(
    'the loss must fall with size, but 1000000000 parameters have 2.1 and 100000000 have 2',
  )
  await expect(ask({ members }, 2.5)).rejects.toThrow('whose tokens')
})

test('one law, one tokenizer', async () => {
  const { ctx, model } = await givenModelAndText()
  await expect(run({ loss: 3, tokenizer: 'GPT-2' })).rejects.toThrow('one law is needed')
  await expect(run({ loss: 3, law: 'gpt-2' })).rejects.toThrow('whose tokens the loss is per')
  await expect(runKind('equivalent', { with: { loss: 3, law: 'gpt-2' }, inputs: { model }, ctx })).rejects.toThrow(
    /a tokenizer of its own \(sha256/,
  )
})
