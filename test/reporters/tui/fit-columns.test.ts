import { expect, test } from 'vitest'
import type { SearchView } from '../../../src/stage/search-view.ts'
import { fitColumns } from '../../../src/reporters/tui/fit-columns.ts'
import { levels } from '../fixtures/quickstart-run.ts'

const view: SearchView = { claim: '', threshold: 0.95, metric: 'accuracy', levels, doing: '' }
const keys = (width: number) => fitColumns(view, width).map(({ key }) => key)

test('at 120 columns nothing is left out', () => {
  expect(keys(118)).toEqual([
    'level',
    'dose',
    'loss',
    'multiple',
    'metric',
    'metric:range',
    'beside:facts',
    'beside:facts:range',
    'status',
  ])
})

test('at 80 the claim keeps its interval; what is beside it keeps its mean', () => {
  expect(keys(78)).toEqual(['level', 'dose', 'loss', 'multiple', 'metric', 'metric:range', 'beside:facts'])
})

test('at 40 level, loss and metric are left', () => {
  expect(keys(38)).toEqual(['level', 'loss', 'metric'])
})

test.each([118, 78, 60, 38])('every row and the heading fit %d columns and end alike', (width) => {
  const columns = fitColumns(view, width)
  const rows = levels.map((level) => columns.map(({ cell }) => cell(level)).join(''))
  expect(new Set(rows.map((row) => row.length)).size).toBe(1)
  expect(rows[0]!.length).toBeLessThanOrEqual(width)
  expect(columns.map(({ title }) => title).join('').length).toBeLessThanOrEqual(width)
})

test('a heading stands over its own figures', () => {
  const columns = fitColumns(view, 118)
  const title = columns.map((column) => column.title).join('')
  const row = columns.map(({ cell }) => cell(levels[4]!)).join('')
  expect(row.indexOf('0.975')).toBe(title.indexOf('accuracy'))
  expect(row.indexOf('0.818')).toBe(title.indexOf('facts'))
})
