import { expect, test } from 'vitest'
import { emptyState, type RunState, type StageState } from '../../../src/orchestrator/state.ts'
import { answersOf } from '../../../src/reporters/view/answers.ts'

const stage = (id: string, headline: string, parent?: string): [string, StageState] => [
  id,
  {
    head: { id, use: 'coarsest', needs: [] },
    status: 'finished',
    report: [{ type: 'answer', headline, lines: [], tone: 'good' }],
    ...(parent === undefined ? {} : { parent }),
  },
]
const headlines = (...stages: [string, StageState][]): string[] => {
  const state: RunState = { ...emptyState, stages: new Map(stages) }
  return answersOf(state).map(({ headline }) => headline)
}

test('one answer stands as it is', () => {
  expect(headlines(stage('ioi', 'it holds'))).toEqual(['it holds'])
})
test('several say whose they are', () => {
  expect(headlines(stage('noise', 'it holds'), stage('line', 'it fails'))).toEqual(['noise: it holds', 'line: it fails'])
})
test('answers of grown stages count only where the pipeline’s own stages give none', () => {
  expect(headlines(stage('ioi', 'mine'), stage('ioi/level-01', 'grown', 'ioi'))).toEqual(['mine'])
})
