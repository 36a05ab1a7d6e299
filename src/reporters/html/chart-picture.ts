import type { LineChart } from '../../stage/report-block.ts'
import { Html } from './html.ts'
import { lineChartSvg } from './line-chart-svg.ts'
import { chartStyles, colours } from './styles.ts'

/** A chart as an SVG file of its own, colours included, for a README or a paper. */
export function chartPicture(chart: LineChart): string {
  const styles = `${colours}svg{background:var(--paper)}${chartStyles}`.replaceAll(':root', 'svg')
  const { text } = lineChartSvg(chart, 'chart')
  return `${text.replace('>\n', `>\n${new Html(`<style>${styles}</style>`).text}\n`)}\n`
}
