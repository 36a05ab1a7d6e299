import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tokenizerDigest } from '../../../src/lab/datasets/tokenizer-digest.ts'
import { modelFolder } from '../model-folder.ts'
import { runKind } from '../run-kind.ts'
import { givenModelAndText } from '../scales/given.ts'
import { scratchContext } from '../scratch-context.ts'

test('the same tokens have the same digest, however the file is written', async () => {
  const { scratch } = await scratchContext()
  const digest = async (name: string, definition: object | string) => {
    const folder = join(scratch, name)
    await mkdir(folder)
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition)
    await writeFile(join(folder, 'tokenizer.json'), text)
    return tokenizerDigest(folder)
  }
  const one = await digest('a', { model: { vocab: { a: 0, b: 1, c: 2 } } })
  expect(await digest('b', { model: { vocab: { b: 1, a: 0 } }, added_tokens: [{ id: 2, content: 'c' }] })).toBe(one)
  const pieces = ['a', 'b', 'c'].map((piece, i) => [piece, -i])
  expect(await digest('c', { model: { vocab: pieces } })).toBe(one)
  expect(await digest('d', { model: { vocab: { a: 0, b: 2, c: 1 } } })).not.toBe(one)
  expect(await digest('e', 'no JSON')).toBeUndefined()
  expect(await tokenizerDigest(join(scratch, 'nothing'))).toBeUndefined()
})

test('data of another tokenizer with as many tokens is refused wherever a loss is measured', async () => {
  const { ctx, data } = await givenModelAndText() // of the words a, b and .
  const other = { type: 'model' as const, path: await modelFolder(join(ctx.scratch, 'other'), ['b', 'a', '.']) }
  const inputs = { model: other, data, original: other }
  for (const [use, given] of [
    ['loss', {}],
    ['natural-scale', { best: { loss: 1 } }],
    ['target-loss', { target: { loss: 1 } }],
    ['basin', {}],
  ] as const)
    await expect(runKind(use, { with: given, inputs, ctx }), use).rejects.toThrow('made with another tokenizer')
  await expect(runKind('quantize', { inputs: { model: other, measured: data }, ctx })).rejects.toThrow(
    'made with another tokenizer',
  )
})
