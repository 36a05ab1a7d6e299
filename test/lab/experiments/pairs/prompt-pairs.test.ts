import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readPairs, writePairs, type PromptPair } from '../../../../src/lab/experiments/pairs/prompt-pairs.ts'
import { scratchContext } from '../../scratch-context.ts'

const pair: PromptPair = { clean: [1, 2], corrupt: [3, 2], answers: [4], wrong: [5], labels: { END: 1 }, template: 'a' }

it('reads what it wrote', async () => {
  const file = join((await scratchContext()).scratch, 'pairs.jsonl')
  await writePairs(file, [pair, { ...pair, labels: {} }])
  expect(await readPairs(file)).toEqual([pair, { ...pair, labels: {} }])
})
it.each([
  ['', 'pairs.jsonl has no prompt pairs in it'],
  ['nonsense', 'line 1 of pairs.jsonl: clean is no list of tokens'],
  [JSON.stringify({ ...pair, answers: [] }), 'line 1 of pairs.jsonl: answers is no list of tokens'],
  [JSON.stringify({ ...pair, corrupt: [1] }), 'the clean prompt has 2 tokens and the corrupted one 1'],
  [JSON.stringify({ ...pair, labels: { END: 2 } }), 'the label END stands at 2, outside the prompt'],
])('refuses %j', async (text, message) => {
  const file = join((await scratchContext()).scratch, 'pairs.jsonl')
  await writeFile(file, text)
  await expect(readPairs(file)).rejects.toThrow(message)
})
