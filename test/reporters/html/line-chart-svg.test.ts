import { scaleLinear } from 'd3-scale'
import { expect, test } from 'vitest'
import type { LineChart } from '../../../src/stage/report-block.ts'
import { lineChartSvg } from '../../../src/reporters/html/line-chart-svg.ts'
import { all, parseMarkup, words, withClass, type Element } from '../fixtures/markup.ts'
import { chart } from '../fixtures/quickstart-run.ts'

const draw = (of: LineChart): Element => parseMarkup(lineChartSvg(of, 'c').text)
const series = (svg: Element, index: number) =>
  withClass(svg, 'series').find((group) => group.attributes['class']?.includes(`s${index}`))!

/** The scale of the y axis, read back from the ticks that are drawn. */
function drawnScale(svg: Element): (value: number) => number {
  const labels = all(withClass(svg, 'axis')[0]!, 'text').filter(({ attributes }) => attributes['text-anchor'] === 'end')
  const ticks = labels.map((label) => ({
    value: Number.parseFloat(label.text) / 100,
    y: Number(label.attributes['y']) - 4,
  }))
  const [first, last] = [ticks[0]!, ticks.at(-1)!]
  return scaleLinear([first.value, last.value], [first.y, last.y])
}

test('points and the ends of their intervals are where the axis says', () => {
  const svg = draw(chart)
  const y = drawnScale(svg)
  chart.series.forEach(({ points }, index) => {
    const sorted = [...points].sort((a, b) => a.x - b.x)
    const bars = withClass(series(svg, index), 'interval').map(({ attributes }) =>
      /^M([\d.]+),([\d.]+)V([\d.]+)/.exec(attributes['d']!)!.slice(1).map(Number),
    )
    const dots = withClass(series(svg, index), 'point').map(({ attributes }) =>
      /translate\(([\d.]+),([\d.]+)\)/.exec(attributes['transform']!)!.slice(1).map(Number),
    )
    expect(bars).toHaveLength(points.length)
    sorted.forEach((point, i) => {
      expect(dots[i]![1]).toBeCloseTo(y(point.y), 1)
      expect(bars[i]![1]).toBeCloseTo(y(point.low!), 1)
      expect(bars[i]![2]).toBeCloseTo(y(point.high!), 1)
      expect(bars[i]![0]).toBeCloseTo(dots[i]![0]!, 1)
    })
  })
})

test('the line joins the points in order of x, whatever order they come in', () => {
  const svg = draw({ ...chart, series: chart.series.map((one) => ({ ...one, points: [...one.points].reverse() })) })
  const xs = [...withClass(series(svg, 0), 'line')[0]!.attributes['d']!.matchAll(/[ML]([\d.]+),/g)].map(([, x]) =>
    Number(x),
  )
  expect(xs).toHaveLength(chart.series[0]!.points.length)
  expect(xs).toEqual([...xs].sort((a, b) => a - b))
})

test('marks are drawn at their values and named', () => {
  const svg = draw(chart)
  const [threshold] = withClass(svg, 'mark').filter(
    ({ attributes }) => attributes['y1'] !== undefined && attributes['y1'] === attributes['y2'],
  )
  expect(Number(threshold!.attributes['y1'])).toBeCloseTo(drawnScale(svg)(0.95), 1)
  expect(words(svg)).toContain('claim: 95 %')
  expect(words(svg)).toContain('natural scale')
})

test('tells in words what it shows', () => {
  const svg = draw(chart)
  expect(all(svg, 'svg')[0]!.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'c-title c-desc' })
  expect(all(svg, 'title')[0]).toMatchObject({ text: 'Facts melt before the algorithm', attributes: { id: 'c-title' } })
  expect(all(svg, 'desc')[0]!.text).toBe(
    'accuracy against loss, nats per token. ioi accuracy: 100 % at 0.5614, 60.1 % at 0.8127, 8 points. facts recalled: 99.4 % at 0.5614, 20.4 % at 0.8127, 8 points. Marked: claim: 95 %, y = 95 %. Marked: natural scale, x = 0.5671.',
  )
})

test('series are named in the legend with a sign of their own', () => {
  const legend = withClass(draw(chart), 'legend')[0]!
  expect(withClass(legend, 'label').map(words)).toEqual(['ioi accuracy', 'facts recalled', 'claim: 95 %'])
  const signs = withClass(legend, 'point').map(({ attributes }) => attributes['d'])
  expect(new Set(signs).size).toBe(2)
})

test('many points get a band instead of bars', () => {
  const points = Array.from({ length: 200 }, (_, x) => ({
    x,
    y: Math.sin(x / 20),
    low: Math.sin(x / 20) - 0.1,
    high: Math.sin(x / 20) + 0.1,
  }))
  const svg = draw({
    type: 'line-chart',
    title: 't',
    x: { label: 'step' },
    y: { label: 'loss' },
    series: [{ name: 'loss', points }],
  })
  expect(withClass(svg, 'band')).toHaveLength(1)
  expect(withClass(svg, 'interval')).toHaveLength(0)
})

test('points that are no numbers are left out, and nothing of them is drawn', () => {
  const points = [
    { x: 1, y: NaN },
    { x: 2, y: 1, low: NaN, high: 2 },
    { x: 3, y: 2 },
  ]
  const { text } = lineChartSvg(
    {
      type: 'line-chart',
      title: 't',
      x: { label: 'x' },
      y: { label: 'y' },
      series: [
        { name: 's', points },
        { name: 'empty', points: [] },
      ],
    },
    'c',
  )
  expect(text).not.toContain('NaN')
  expect(withClass(series(parseMarkup(text), 0), 'point')).toHaveLength(2)
})

test('doses stand over their points as far as they have room, and never over each other', () => {
  const labels = withClass(draw(chart), 'dose').map((label) => ({
    x: Number(label.attributes['x']),
    half: (words(label).length * 5.6) / 2,
  }))
  expect(labels.length).toBeGreaterThan(2)
  labels
    .sort((a, b) => a.x - b.x)
    .forEach((label, i) => {
      if (i > 0) expect(label.x - label.half).toBeGreaterThan(labels[i - 1]!.x + labels[i - 1]!.half)
    })
})
