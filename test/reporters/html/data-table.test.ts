import { expect, test } from 'vitest'
import { dataTable } from '../../../src/reporters/html/data-table.ts'
import { all, parseMarkup, words } from '../fixtures/markup.ts'

test('columns of figures are set right, with their headings; others are not', () => {
  const table = parseMarkup(
    dataTable(
      ['name', 'loss'],
      [
        ['a', '0.6'],
        ['1', '–'],
      ],
    ).text,
  )
  expect(all(table, 'th').map(({ attributes }) => attributes['class'])).toEqual([undefined, 'n'])
  expect(all(table, 'td').map(({ attributes }) => attributes['class'])).toEqual(['w', 'n', 'w', 'n'])
})

test('a verdict alone in its cell is coloured, names of built-in properties are not', () => {
  const table = parseMarkup(
    dataTable(
      ['claim', 'note'],
      [
        ['held', 'held back'],
        ['constructor', 'undecided'],
      ],
    ).text,
  )
  expect(all(table, 'span').map((span) => [span.attributes['class'], words(span)])).toEqual([
    ['t good', 'held'],
    ['t open', 'undecided'],
  ])
})

test('a long table may be folded', () => {
  const rows = Array.from({ length: 17 }, (_, index) => [String(index)])
  expect(words(all(parseMarkup(dataTable(['n'], rows, true).text), 'summary')[0]!)).toBe('17 rows')
  expect(all(parseMarkup(dataTable(['n'], rows).text), 'summary')).toEqual([])
})
