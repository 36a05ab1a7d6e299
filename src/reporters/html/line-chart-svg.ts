import {
  area,
  line,
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
  type SymbolType,
} from 'd3-shape'
import type { LineChart } from '../../stage/report-block.ts'
import { chartScales, type ChartScales, type PlotBox } from './chart-scales.ts'
import { html, Html } from './html.ts'
import { spreadLabels } from './spread-labels.ts'
import { topLabels } from './top-labels.ts'

type Series = LineChart['series'][number]
type Point = Series['points'][number]
interface Drawing {
  readonly chart: LineChart
  readonly box: PlotBox
  readonly scales: ChartScales
}

export const chartWidth = 760
export const chartHeight = 420
const letterWidth = 7.6 // pixels of an average bold letter at 13 px, for room only
const mostBars = 30 // from here on, intervals are drawn as a band
const shapes: readonly SymbolType[] = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond]

/** The picture of a line chart, without any style of its own: colours are the page's `--s0` … `--s5`. `id` must be unique. */
export function lineChartSvg(chart: LineChart, id: string): Html {
  const longest = Math.max(
    4,
    ...chart.series.map(({ name }) => name.length),
    ...marksOf(chart, 'y').map(({ label }) => label.length),
  )
  const sides = { left: 58, right: chartWidth - Math.min(210, 34 + longest * letterWidth), bottom: chartHeight - 50 }
  const top = topLabels(chart, chartScales(chart, { ...sides, top: 0 }).x, sides)
  const box: PlotBox = { ...sides, top: 30 + top.height }
  const drawing: Drawing = { chart, box, scales: chartScales(chart, box) }
  return html`<svg
    viewBox="0 0 ${chartWidth} ${chartHeight}"
    role="img"
    aria-labelledby="${id}-title ${id}-desc"
    xmlns="http://www.w3.org/2000/svg"
  >
    <title id="${id}-title">${chart.title}</title>
    <desc id="${id}-desc">${description(drawing)}</desc>
    ${axes(drawing)}${top.draw(box.top)}${marks(drawing)}
    ${[...chart.series.entries()].reverse().map(([index, series]) => seriesGroup(series, index, drawing))}
    ${endLabels(drawing)}
  </svg>`
}

const marksOf = (chart: LineChart, axis: 'x' | 'y') => (chart.marks ?? []).filter((mark) => mark.axis === axis)
const px = (value: number): string => value.toFixed(2)

/** What the picture shows, for who cannot see it. */
function description({ chart, scales }: Drawing): string {
  const ends = chart.series.map((series) => {
    const points = sorted(series)
    const [first, last] = [points[0], points.at(-1)]
    if (first === undefined || last === undefined) return `${series.name}: no points.`
    return `${series.name}: ${scales.y.format(first.y)} at ${scales.x.format(first.x)}, ${scales.y.format(last.y)} at ${scales.x.format(last.x)}, ${points.length} points.`
  })
  return [
    `${chart.y.label} against ${chart.x.label}.`,
    ...ends,
    ...(chart.marks ?? []).map((mark) => `Marked: ${mark.label}, ${mark.axis} = ${scales[mark.axis].format(mark.at)}.`),
  ].join(' ')
}

const sorted = (series: Series): Point[] =>
  series.points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)).sort((a, b) => a.x - b.x)

function axes({ chart, box, scales }: Drawing): Html {
  return html`<g class="axis"
    >${scales.y.ticks.map(({ at, label }) => html`<line class="grid" x1="${box.left}" x2="${box.right}" y1="${px(at)}" y2="${px(at)}" /><text x="${box.left - 8}" y="${px(at + 4)}" text-anchor="end">${label}</text>`)}
    <line class="base" x1="${box.left}" x2="${box.right}" y1="${box.bottom}" y2="${box.bottom}" />
    ${scales.x.ticks.map(({ at, label }) => html`<line class="base" x1="${px(at)}" x2="${px(at)}" y1="${box.bottom}" y2="${box.bottom + 5}" /><text x="${px(at)}" y="${box.bottom + 19}" text-anchor="middle">${label}</text>`)}
    <text class="name" x="${px((box.left + box.right) / 2)}" y="${box.bottom + 40}" text-anchor="middle"
      >${chart.x.label}</text
    ><text class="name" x="8" y="14">${chart.y.label}</text></g
  > `
}

function marks({ chart, box, scales }: Drawing): Html {
  const across = marksOf(chart, 'y').map(
    ({ at }) =>
      html`<line
        class="mark"
        x1="${box.left}"
        x2="${box.right}"
        y1="${px(scales.y.at(at))}"
        y2="${px(scales.y.at(at))}"
      />`,
  )
  const down = marksOf(chart, 'x').map(
    ({ at }) =>
      html`<line
        class="mark"
        x1="${px(scales.x.at(at))}"
        x2="${px(scales.x.at(at))}"
        y1="${box.top}"
        y2="${box.bottom}"
      />`,
  )
  return html`<g>${across}${down}</g>`
}

function seriesGroup(series: Series, index: number, drawing: Drawing): Html {
  const { x, y } = drawing.scales
  const points = sorted(series)
  const path =
    line<Point>(
      (point) => x.at(point.x),
      (point) => y.at(point.y),
    ).digits(2)(points) ?? ''
  const mark = signOf(index)
  const dots =
    points.length > mostBars
      ? []
      : points.map(
          (point) =>
            html`<path class="point" d="${mark}" transform="translate(${px(x.at(point.x))},${px(y.at(point.y))})"
              ><title>${pointText(series, point, drawing)}</title></path
            >`,
        )
  return html`<g class="series s${index % 6}"
    >${intervals(points, drawing)}<path class="line" d="${path}" />${dots}</g
  > `
}

const hasEnds = (point: Point): point is Point & { readonly low: number; readonly high: number } =>
  Number.isFinite(point.low) && Number.isFinite(point.high)

/** Bars where the points can be told apart, a band where they are many. */
function intervals(points: readonly Point[], { scales: { x, y } }: Drawing): Html {
  const known = points.filter(hasEnds)
  if (known.length > mostBars) {
    const band = area<(typeof known)[number]>(
      (point) => x.at(point.x),
      (point) => y.at(point.low),
      (point) => y.at(point.high),
    ).digits(2)(known)
    return html`<path class="band" d="${band ?? ''}" />`
  }
  return html`${known.map((point) => {
    const [at, low, high] = [x.at(point.x), y.at(point.low), y.at(point.high)]
    return html`<path
      class="interval"
      d="M${px(at)},${px(low)}V${px(high)}M${px(at - 4)},${px(low)}h8M${px(at - 4)},${px(high)}h8"
    />`
  })}`
}

function pointText(series: Series, point: Point, { scales: { x, y } }: Drawing): string {
  const range = hasEnds(point) ? ` [${y.format(point.low)}, ${y.format(point.high)}]` : ''
  return `${series.name} at ${x.format(point.x)}: ${y.format(point.y)}${range}${point.label === undefined ? '' : `, ${point.label}`}`
}

const signOf = (index: number): string => symbol(shapes[index % shapes.length], 52).digits(2)() ?? ''

/** The legend: sign and name of each series, and horizontal marks, at the right ends of their lines. */
function endLabels({ chart, box, scales }: Drawing): Html {
  const series = chart.series.flatMap(({ name, points }, index) => {
    const last = sorted({ name, points }).at(-1)
    return last === undefined
      ? []
      : [{ text: name, at: scales.y.at(last.y), kind: `s${index % 6}`, sign: signOf(index) }]
  })
  const labels = [
    ...series,
    ...marksOf(chart, 'y').map((mark) => ({ text: mark.label, at: scales.y.at(mark.at), kind: '', sign: '' })),
  ]
  const places = spreadLabels(
    labels.map(({ at }) => at),
    { gap: 16, top: box.top, bottom: box.bottom },
  )
  const drawn = labels.map(({ text, kind, sign }, index) => {
    const y = places[index] ?? 0
    const key =
      sign !== '' && html`<path class="point" d="${sign}" transform="translate(${px(box.right + 16)},${px(y)})" />`
    return html`<g class="${kind}"
      >${key}<text class="label" x="${px(box.right + (sign === '' ? 11 : 26))}" y="${px(y + 4)}">${text}</text></g
    >`
  })
  return html`<g class="legend">${drawn}</g>`
}
