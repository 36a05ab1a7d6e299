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
