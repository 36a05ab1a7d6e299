import { expect, test } from 'vitest'
import type { SearchView } from '../../../src/stage/search-view.ts'
import { curveSpans } from '../../../src/reporters/tui/curve-spans.ts'
import { levels } from '../fixtures/quickstart-run.ts'

const view: SearchView = { claim: 'accuracy >= 0.95', threshold: 0.95, metric: 'accuracy', levels, doing: '' }
const lines = (of: SearchView, width: number, height: number) =>
  curveSpans(of, { width, height }).map((spans) => spans.map(({ text }) => text).join(''))

/** Cells where a marker stands, as [row, column] of the plot. */
const places = (plot: string[], marker: string) =>
  plot.flatMap((line, row) => [...line].flatMap((letter, column) => (letter === marker ? [[row, column - 6]] : [])))

test('points stand where their loss and metric say', () => {
  const two: SearchView = { ...view, levels: [levels[0]!, levels[7]!] }
  const plot = lines(two, 46, 10).slice(0, 10)
  // x: 40 cells of 2 dots, from dot 2 to dot 77; y: 40 dots from 1 (value 1) down to 38 (value 0).
  const y = (value: number) => Math.floor(Math.round(38 + (1 - 38) * value) / 4)
  expect(places(plot, '●')).toEqual([
    [y(1), 1],
    [y(0.601), 38],
  ])
  expect(places(plot, '◆')).toEqual([[y(0.204), 38]]) // at the original both points share a cell: the claim's is on top
})

test.each([28, 40, 80])('no line is wider than %d columns', (width) => {
  expect(Math.max(...lines(view, width, 8).map((line) => [...line].length))).toBeLessThanOrEqual(width)
})

test('has the height asked for, an axis with its ends and a legend', () => {
  const drawn = lines(view, 76, 8)
  expect(drawn).toHaveLength(10)
  expect(drawn[8]).toMatch(/╰─ 0\.561 ─+ loss, nats\/token ─+ 0\.813 ─$/)
  expect(drawn[9]).toContain('● accuracy   ◆ facts   ┈ threshold 0.95')
})

test('nothing is drawn of fewer than two losses, nor in too small a room', () => {
  expect(lines({ ...view, levels: levels.slice(0, 1) }, 76, 8)).toEqual([])
  expect(lines(view, 27, 8)).toEqual([])
  expect(lines(view, 76, 2)).toEqual([])
})

test('an axis of high proportions does not begin at nought, one of other figures follows them', () => {
  expect(lines({ ...view, levels: levels.slice(0, 3) }, 76, 8)[7]).toMatch(/^ 0\.9 │/)
  const logits = levels.map(({ beside: _, ...level }, index) => ({
    ...level,
    metric: { mean: 3 - index, low: 2.5 - index, high: 3.5 - index },
  }))
  const drawn = lines({ ...view, threshold: 0, levels: logits }, 76, 8)
  expect([drawn[0], drawn[7]].map((line) => line?.slice(0, 5))).toEqual([' 3.5 ', '-4.5 '])
})
