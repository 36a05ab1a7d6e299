import { expect, test } from 'vitest'
import type { SearchView } from '../../../src/stage/search-view.ts'
import { besideNames, levelColumns } from '../../../src/reporters/view/level-columns.ts'
import { levels } from '../fixtures/quickstart-run.ts'

const view: SearchView = { claim: 'accuracy >= 0.95', threshold: 0.95, metric: 'accuracy', levels, doing: '' }
const row = (of: SearchView, index: number) =>
  Object.fromEntries(levelColumns(of).map(({ key, cell }) => [key, cell(of.levels[index]!)]))

test('every figure of a level has its column, with one number of decimals a column', () => {
  expect(row(view, 4)).toEqual({
    level: 'level-05',
    dose: 'nβ 3000',
    loss: '0.603 ± 0.003',
    multiple: '8.2',
    metric: '0.975',
    'metric:range': '[0.957, 0.988]',
    'beside:facts': '0.818',
    'beside:facts:range': '[0.770, 0.860]',
    status: 'held',
  })
})

test('a running level has empty cells', () => {
  const running: SearchView = { ...view, levels: [...levels, { name: 'level-07', dose: 'nβ 400', status: 'running' }] }
  expect(row(running, 8)).toMatchObject({
    level: 'level-07',
    loss: '',
    metric: '',
    'beside:facts': '',
    status: 'running',
  })
})

test('what no level has gets no column, but for the claim’s own metric', () => {
  const bare: SearchView = { ...view, levels: [{ name: 'level-00', dose: '', status: 'running' }] }
  expect(levelColumns(bare).map(({ key }) => key)).toEqual(['level', 'loss', 'metric', 'metric:range', 'status'])
  expect(besideNames(bare)).toEqual([])
})
