import { expect, test } from 'vitest'
import { lineList } from '../../../src/reporters/html/line-list.ts'
import { all, parseMarkup, words } from '../fixtures/markup.ts'

const items = (lines: readonly string[]) =>
  all(parseMarkup(lineList(lines).text), 'li').map((item) => {
    const parts = all(item, 'span').map(words)
    return parts.length > 0 ? parts : words(item)
  })

test('words set apart by spaces become labels, one that just fits its column included', () => {
  expect(items(['scale     loss 0.6 · nβ 704', 'sampler   healthy', 'undecided more prompts'])).toEqual([
    ['scale', 'loss 0.6 · nβ 704'],
    ['sampler', 'healthy'],
    ['undecided', 'more prompts'],
  ])
})

test('lines that are not aligned stay whole', () => {
  expect(items(['one  line', 'a plain <line>', 'and another  one'])).toEqual([
    'one line',
    'a plain <line>',
    'and another one',
  ])
})
