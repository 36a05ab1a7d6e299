import { openTokenizer } from '../../../../src/lab/datasets/tokenizer.ts'
import { promptDrawer } from '../../../../src/lab/experiments/ioi/draw-prompts.ts'
import { seededRandom } from '../../../../src/lab/random.ts'
import { root } from '../../../house/files-below.ts'
import { gpt2Tokenizer } from '../../gpt2-folder.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { englishWords, wordsFrom } from '../../../../src/lab/experiments/ioi/words.ts'
import { scratchContext } from '../../scratch-context.ts'

const own = { names: ['A'], places: ['p'], objects: ['o'], templates: { ABBA: ['{IO}'], BABA: ['{IO}'] } }

it('takes the grammar as a value or a file, or English without one', async () => {
  const file = join((await scratchContext()).scratch, 'grammar.json')
  await writeFile(file, JSON.stringify(own))
  expect(await wordsFrom({ type: 'record', value: own })).toEqual(own)
  expect(await wordsFrom({ type: 'path', path: file })).toEqual(own)
  expect(await wordsFrom(undefined)).toBe(englishWords)
})

it('names the field that is wrong', async () => {
  await expect(wordsFrom({ type: 'record', value: { ...own, places: [] } })).rejects.toThrow(
    "the grammar's places is not a list of words",
  )
  await expect(wordsFrom({ type: 'record', value: { ...own, templates: { ABBA: ['x'] } } })).rejects.toThrow(
    "the grammar's templates.BABA is not a list of words",
  )
  await expect(wordsFrom({ type: 'record', value: 7 })).rejects.toThrow("the grammar's names is not a list of words")
})

it("reads the lists of the paper's code, and makes ABBA templates as it does", async () => {
  const path = join(root, '../shared/real/ioi/ioi_lists.json')
  const words = await wordsFrom({ type: 'path', path })
  expect([words.names.length, words.places.length, words.templates.BABA.length]).toEqual([99, 8, 15])
  expect(words.templates.BABA[0]).toBe('Then, {S} and {IO} went to the {place}. {S} gave a {object} to {IO}')
  expect(words.templates.ABBA[0]).toBe('Then, {IO} and {S} went to the {place}. {S} gave a {object} to {IO}')
  const draw = promptDrawer(words, await openTokenizer(gpt2Tokenizer), 'mixed')
  const random = seededRandom('06')
  for (let i = 0; i < 50; i++) expect(draw(random).text).toMatch(/ to$/)
})
