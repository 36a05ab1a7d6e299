import type { LineChart } from '../../stage/report-block.ts'
import { lineChartSvg } from './line-chart-svg.ts'
import { html, type Html } from './html.ts'
import { chartScales } from './chart-scales.ts'
import { dataTable } from './data-table.ts'

/** A chart with its caption, legend and the numbers behind it. `id` must be unique in the page. */
export function lineChart(chart: LineChart, id: string): Html {
  const { x, y } = chartScales(chart, { left: 0, right: 1, top: 0, bottom: 1 })
  const hasIntervals = chart.series.some((series) => series.points.some((point) => point.low !== undefined))
  const hasLabels = chart.series.some((series) => series.points.some((point) => point.label !== undefined))
  const columns = [
    'series',
    ...(hasLabels ? ['point'] : []),
    chart.x.label,
    chart.y.label,
    ...(hasIntervals ? ['low', 'high'] : []),
  ]
  const rows = chart.series.flatMap((series) =>
    [...series.points]
      .sort((a, b) => a.x - b.x)
      .map((point) => [
        series.name,
        ...(hasLabels ? [point.label ?? ''] : []),
        x.format(point.x),
        y.format(point.y),
        ...(hasIntervals ? [point.low, point.high].map((end) => (end === undefined ? '' : y.format(end))) : []),
      ]),
  )
  return html`<figure class="chart">
    <figcaption>
      <strong>${chart.title}</strong>${chart.caption !== undefined && html` <span>${chart.caption}</span>`}
    </figcaption>
    <div class="scroll">${lineChartSvg(chart, id)}</div>
    <details>
      <summary>The numbers</summary>
      ${dataTable(columns, rows)}
    </details>
  </figure> `
}
