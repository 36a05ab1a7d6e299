import { expect, test } from 'vitest'
import type { ReportBlock } from '../../../src/stage/report-block.ts'
import { answersOf, closingTexts } from '../../../src/reporters/view/answers.ts'
import { eventLog, stateAfter } from '../fixtures/event-log.ts'
import { answer, quickstartRun, started } from '../fixtures/quickstart-run.ts'

test('the answers are those of the pipeline’s own stages', () => {
  expect(answersOf(stateAfter(quickstartRun))).toEqual([answer])
})

test('a grown stage answers only where no stage of the pipeline does', () => {
  const grown = eventLog([
    [0, started],
    [1, { type: 'stage-added', stage: { id: 'ioi/part', use: 'coarsest', needs: [] }, parent: 'ioi' }],
    [2, { type: 'stage-finished', stage: 'ioi/part', outputs: {}, report: [answer], seconds: 1 }],
  ])
  expect(answersOf(stateAfter(grown))).toEqual([answer])
  const both = stateAfter(grown)
  const own = { ...answer, headline: 'own' }
  const stages = new Map(both.stages).set('ioi', { ...both.stages.get('ioi')!, report: [own] })
  expect(answersOf({ ...both, stages })).toEqual([own])
})

test('closing texts are those of stages that nothing waits for', () => {
  const text = (title: string) => ({ type: 'text', title, lines: [] }) as const
  const state = stateAfter(
    eventLog([
      [0, started],
      [1, { type: 'stage-finished', stage: 'natural', outputs: {}, report: [text('needed by ioi')], seconds: 1 }],
      [1, { type: 'stage-finished', stage: 'ioi', outputs: {}, report: [text('last')], seconds: 1 }],
    ]),
  )
  expect(closingTexts(state).map(({ title }) => title)).toEqual(['last'])
})

test('without a text a small table is shown, and without that the figures that were found', () => {
  const row = ['300', '85']
  const table = { type: 'table', title: 'Sweep', columns: ['nβ', 'λ'], rows: [row] } as const
  const closing = (report: ReportBlock[]) =>
    closingTexts(
      stateAfter(
        eventLog([
          [0, started],
          [
            1,
            {
              type: 'stage-finished',
              stage: 'ioi',
              outputs: { lambda: { type: 'number', digest: 'sha256:0', value: 85 } },
              report,
              seconds: 1,
            },
          ],
        ]),
      ),
    )
  expect(closing([table])).toEqual([{ type: 'text', title: 'Sweep', lines: ['nβ   λ', '300  85'] }])
  const figures = [{ type: 'text', title: 'ioi', lines: ['lambda 85'] }]
  expect(closing([])).toEqual(figures)
  expect(closing([{ ...table, rows: Array<string[]>(13).fill(row) }])).toEqual(figures)
})

test('several answers say whose they are', () => {
  const one = stateAfter(quickstartRun)
  const ioi = one.stages.get('ioi')!
  const other = { ...ioi, head: { ...ioi.head, id: 'noise' } }
  const told = answersOf({ ...one, stages: new Map(one.stages).set('noise', other) })
  const { headline } = answer as Extract<typeof answer, { type: 'answer' }>
  expect(told.map((one) => one.headline)).toEqual([`ioi: ${headline}`, `noise: ${headline}`])
})
