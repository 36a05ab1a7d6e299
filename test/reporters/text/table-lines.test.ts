import { expect, test } from 'vitest'
import { tableLines } from '../../../src/reporters/text/table-lines.ts'

test('columns stand one under the other, as wide as their widest cell', () => {
  const rows = [
    ['1', 'unigram'],
    ['12', ''],
  ]
  expect(tableLines({ type: 'table', title: 'n-grams', columns: ['order', 'name'], rows })).toEqual([
    'order  name',
    '1      unigram',
    '12',
  ])
})
