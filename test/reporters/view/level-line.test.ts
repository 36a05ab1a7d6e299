import { expect, test } from 'vitest'
import { levelLine } from '../../../src/reporters/view/level-line.ts'

const view = { claim: 'accuracy >= 0.95', threshold: 0.95, metric: 'accuracy', levels: [], doing: '' }

test('says what is known, and the verdict last', () => {
  const level = {
    name: 'level-03',
    dose: 'nβ 1500',
    status: 'failed',
    loss: { mean: 0.6604, se: 0.02 },
    multiple: 4.2,
    metric: { mean: 0.88, low: 0.84, high: 0.91 },
  } as const
  expect(levelLine(view, level, (status) => `<${status}>`)).toBe(
    'level-03  nβ 1500  loss 0.66 ± 0.02  4.2× gap  accuracy 0.88 [0.84, 0.91]  <failed>',
  )
  expect(levelLine(view, { name: 'level-04', dose: '', status: 'running' }, (status) => status)).toBe(
    'level-04  running',
  )
})
