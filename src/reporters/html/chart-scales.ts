import { scaleLinear, scaleLog } from 'd3-scale'
import type { Axis, LineChart } from '../../stage/report-block.ts'
import { figure } from '../text/figure.ts'

/** Where a value lies on the page, and which values the axis names. */
export interface ChartScale {
  /** Pixels. */
  readonly at: (value: number) => number
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
  readonly format: (value: number) => string
}
export interface ChartScales {
  readonly x: ChartScale
  readonly y: ChartScale
}
/** Edges of the plot in pixels, from the top left of the picture. */
export interface PlotBox {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The scales of a chart: wide enough for every point, interval and mark, unless the axis sets its own ends. */
export function chartScales(chart: LineChart, box: PlotBox): ChartScales {
  const points = chart.series.flatMap((series) => series.points)
  const marks = (axis: 'x' | 'y') => (chart.marks ?? []).filter((mark) => mark.axis === axis).map((mark) => mark.at)
  const xs = [...points.map((point) => point.x), ...marks('x')]
  const ys = [...points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]), ...marks('y')]
  return { x: scaleFor(chart.x, xs, [box.left, box.right]), y: scaleFor(chart.y, ys, [box.bottom, box.top]) }
}

function scaleFor(axis: Axis, all: readonly number[], range: readonly [number, number]): ChartScale {
  const values = all.filter(Number.isFinite)
  const low = axis.min ?? Math.min(...values)
  const high = axis.max ?? Math.max(...values)
  const [from, to] =
    values.length === 0 && !(low < high) ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high]
  // A logarithm needs positive values; an axis that has others is drawn straight.
  const log = axis.scale === 'log' && from > 0
  const pad = log ? 0 : (to - from) * 0.03
  const domain = [axis.min ?? from - pad, axis.max ?? to + pad]
  const scale = log ? scaleLog(domain, range) : scaleLinear(domain, range)
  const format = axis.format === 'percent' ? percent : (value: number) => figure(value, 4)
  return {
    at: (value) => scale(value),
    format,
    ticks: scale.ticks(log ? 4 : 6).map((tick) => ({ at: scale(tick), label: format(tick) })),
  }
}

const percent = (value: number): string => `${figure(value * 100, 3)} %`
