import { expect, test } from 'vitest'
import type { LineChart } from '../../../src/stage/report-block.ts'
import { chartScales } from '../../../src/reporters/html/chart-scales.ts'

const box = { left: 50, right: 650, top: 30, bottom: 370 }
const chart = (part: Partial<LineChart>): LineChart => ({
  type: 'line-chart',
  title: '',
  x: { label: 'x' },
  y: { label: 'y' },
  series: [
    {
      name: 's',
      points: [
        { x: 1, y: 0.2, low: 0.1, high: 0.4 },
        { x: 100, y: 0.8 },
      ],
    },
  ],
  ...part,
})

test('an axis with its own ends keeps them exactly', () => {
  const { y } = chartScales(chart({ y: { label: 'y', min: 0, max: 1 } }), box)
  expect([y.at(0), y.at(0.25), y.at(1)]).toEqual([370, 285, 30])
})

test('intervals and marks are inside, with a margin', () => {
  const { x, y } = chartScales(
    chart({
      marks: [
        { axis: 'y', at: 0.95, label: 'threshold' },
        { axis: 'x', at: 120, label: 'far' },
      ],
    }),
    box,
  )
  expect(y.at(0.1)).toBeLessThan(370)
  expect(y.at(0.95)).toBeGreaterThan(30)
  expect(x.at(120)).toBeLessThan(650)
})

test('a logarithmic axis puts equal ratios at equal distances; values that have no logarithm make it straight', () => {
  const { x } = chartScales(chart({ x: { label: 'x', scale: 'log' } }), box)
  expect(x.at(10) - x.at(1)).toBeCloseTo(x.at(100) - x.at(10), 9)
  const straight = chartScales(
    chart({
      x: { label: 'x', scale: 'log' },
      series: [
        {
          name: 's',
          points: [
            { x: 0, y: 0 },
            { x: 10, y: 1 },
          ],
        },
      ],
    }),
    box,
  ).x
  expect(straight.at(5) - straight.at(0)).toBeCloseTo(straight.at(10) - straight.at(5), 9)
})

test('one value, or none, still has a place and ticks', () => {
  const one = chartScales(chart({ series: [{ name: 's', points: [{ x: 3, y: 7 }] }] }), box)
  expect([one.x.at(3), one.y.at(7)]).toEqual([350, 200])
  const none = chartScales(chart({ series: [] }), box)
  expect(none.x.ticks.every(({ at }) => Number.isFinite(at))).toBe(true)
})

test('percentages are written as such', () => {
  expect(
    chartScales(chart({ y: { label: 'y', format: 'percent', min: 0, max: 1 } }), box).y.ticks.map(({ label }) => label),
  ).toEqual(['0 %', '20 %', '40 %', '60 %', '80 %', '100 %'])
})
