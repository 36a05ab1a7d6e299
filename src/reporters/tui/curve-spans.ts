import { scaleLinear } from 'd3-scale'
import type { SearchView } from '../../stage/search-view.ts'
import { figure } from '../text/figure.ts'
import type { Estimate } from '../text/interval.ts'
import { truncate } from '../text/truncate.ts'
import { besideNames } from '../view/level-columns.ts'
import { BrailleCanvas, type Cell, type Place } from './braille-canvas.ts'
import { seriesTones, type Span, type Tone } from './span.ts'

interface Series {
  readonly name: string
  readonly points: readonly (Estimate & { readonly loss: number })[]
}
interface Frame {
  readonly canvas: BrailleCanvas<Tone>
  readonly x: (loss: number) => number
  readonly y: (value: number) => number
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] }
}
const markers = ['●', '◆', '▲', '■'] as const
const gutter = 6 // columns of the y axis: a figure, a space and the axis itself

/**
 * The metrics of a search against loss, in braille dots: `height` rows of plot, then the x axis, its figures and the
 * legend. Empty until two levels are measured. Width and height in cells.
 */
export function curveSpans(
  view: SearchView,
  { width, height }: { readonly width: number; readonly height: number },
): Span[][] {
  const series = measuredSeries(view)
  const losses = series.flatMap(({ points }) => points.map(({ loss }) => loss))
  if (new Set(losses).size < 2 || width < gutter + 22 || height < 3) return []
  const frame = makeFrame(series, view.threshold, { width: width - gutter, height })
  drawThreshold(frame, view.threshold)
  for (const [index, one] of [...series.entries()].reverse()) drawSeries(frame, one, index)
  const plot = frame.canvas.rows().map((cells, row) => [axisLabel(frame, row), ...runsOf(cells)])
  return [...plot, xAxis(frame, view), legend(series, view, width)]
}

function measuredSeries(view: SearchView): Series[] {
  const read = (name: string, pick: (level: SearchView['levels'][number]) => Estimate | undefined): Series => ({
    name,
    points: view.levels
      .flatMap((level) => {
        const estimate = pick(level)
        return estimate === undefined || level.loss === undefined ? [] : [{ ...estimate, loss: level.loss.mean }]
      })
      .sort((a, b) => a.loss - b.loss),
  })
  return [
    read(view.metric, (level) => level.metric),
    ...besideNames(view).map((name) => read(name, (level) => level.beside?.[name])),
  ]
}

function makeFrame(series: readonly Series[], threshold: number, size: { width: number; height: number }): Frame {
  const points = series.flatMap((one) => one.points)
  const values = [threshold, ...points.flatMap(({ mean, low, high }) => [mean, low, high])]
  const losses = points.map(({ loss }) => loss)
  const ends = yDomain(Math.min(...values), Math.max(...values))
  const x = scaleLinear([Math.min(...losses), Math.max(...losses)], [2, size.width * 2 - 3])
  const y = scaleLinear(ends, [size.height * 4 - 2, 1])
  return {
    canvas: new BrailleCanvas(size.width, size.height),
    x,
    y,
    domain: { x: [Math.min(...losses), Math.max(...losses)], y: ends },
  }
}

/** Proportions get an axis that ends at 1, and begins at 0 unless everything lies far above it. */
function yDomain(low: number, high: number): [number, number] {
  if (low < 0 || high > 1) return low === high ? [low - 1, high + 1] : [low, high]
  return [low < 0.35 ? 0 : Math.floor(low * 10) / 10, 1]
}

/** Every third dot, so that the threshold never looks measured. */
function drawThreshold({ canvas, y }: Frame, threshold: number): void {
  for (let column = 0; column < canvas.width * 2; column += 3) canvas.dot(column, y(threshold), 'quiet')
}

function drawSeries({ canvas, x, y }: Frame, { points }: Series, index: number): void {
  const tone = seriesTones[index % seriesTones.length] ?? 'accent'
  const places: Place[] = points.map((point) => ({ x: x(point.loss), y: y(point.mean) }))
  for (const point of points)
    canvas.line({ x: x(point.loss), y: y(point.low) }, { x: x(point.loss), y: y(point.high) }, tone)
  for (let i = 1; i < places.length; i++) {
    const [from, to] = [places[i - 1], places[i]]
    if (from !== undefined && to !== undefined) canvas.line(from, to, tone)
  }
  for (const place of places) canvas.letter(place, markerOf(index), tone)
}

const markerOf = (index: number): string => markers[index % markers.length] ?? '●'

function axisLabel({ canvas, domain }: Frame, row: number): Span {
  const text = row === 0 ? figure(domain.y[1], 2) : row === canvas.height - 1 ? figure(domain.y[0], 2) : ''
  return { text: `${text.slice(0, gutter - 2).padStart(gutter - 2)} │`, tone: 'quiet' }
}

function xAxis({ canvas, domain }: Frame, { lossUnit = 'nats/token' }: SearchView): Span[] {
  const [low, high] = [`─ ${figure(domain.x[0])} `, ` ${figure(domain.x[1])} ─`]
  const label = lossUnit === 'dimensionless' ? ' loss ' : ` loss, ${lossUnit} `
  const room = canvas.width - low.length - high.length
  const before = Math.max(0, Math.floor((room - label.length) / 2))
  const middle = room < label.length ? '─'.repeat(Math.max(0, room)) : `${'─'.repeat(before)}${label}`.padEnd(room, '─')
  return [{ text: `${' '.repeat(gutter - 1)}╰${low}${middle}${high}`, tone: 'quiet' }]
}

function legend(series: readonly Series[], view: SearchView, width: number): Span[] {
  const room = Math.max(3, Math.floor((width - gutter - (width < 60 ? 6 : 16)) / series.length) - 5)
  const names = series.flatMap(({ name }, index): Span[] => [
    {
      text: `${markerOf(index)} ${truncate(name, room)}   `,
      tone: seriesTones[index % seriesTones.length] ?? 'accent',
    },
  ])
  return [
    { text: ' '.repeat(gutter), tone: 'quiet' },
    ...names,
    { text: `┈ ${width < 60 ? '' : 'threshold '}${figure(view.threshold)}`, tone: 'quiet' },
  ]
}

/** Neighbouring cells of one ink as one span. */
function runsOf(cells: readonly Cell<Tone>[]): Span[] {
  const spans: { text: string; tone: Tone }[] = []
  for (const { text, ink } of cells) {
    const last = spans.at(-1)
    if (last !== undefined && (last.tone === ink || text === ' ')) last.text += text
    else spans.push({ text, tone: ink ?? 'quiet' })
  }
  return spans
}
