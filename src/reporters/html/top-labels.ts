import type { LineChart } from '../../stage/report-block.ts'
import type { ChartScale } from './chart-scales.ts'
import { html, type Html } from './html.ts'

interface Label {
  readonly text: string
  readonly at: number
  readonly kind: 'dose' | 'mark'
}
const rowHeight = 16
const letterWidth = { dose: 5.6, mark: 6.7 }

/**
 * Labels above a plot: nearest to it the doses of the points, as many as have room, then the vertical marks, stacked so
 * that none covers another. `height` is what they need; `draw` places them above `top`.
 */
export function topLabels(
  chart: LineChart,
  x: ChartScale,
  side: { readonly left: number; readonly right: number },
): { readonly height: number; draw(top: number): Html } {
  const doses = firstThatFit(dosesOf(chart, x))
  const marks = (chart.marks ?? [])
    .filter((mark) => mark.axis === 'x')
    .map((mark): Label => ({ text: mark.label, at: x.at(mark.at), kind: 'mark' }))
  const rows = [...(doses.length > 0 ? [doses] : []), ...stacked(marks)]
  return {
    height: rows.length * rowHeight,
    draw: (top) =>
      html`<g class="top"
        >${rows.map((row, index) => row.map((label) => drawLabel(label, top - 7 - index * rowHeight, side)))}${doses.map(({ at }) => html`<line class="base" x1="${at.toFixed(2)}" x2="${at.toFixed(2)}" y1="${top - 4}" y2="${top}" />`)}</g
      > `,
  }
}

function dosesOf(chart: LineChart, x: ChartScale): Label[] {
  const labelled = chart.series.find((series) => series.points.some((point) => point.label !== undefined))
  return (labelled?.points ?? []).flatMap((point): Label[] =>
    point.label === undefined ? [] : [{ text: shortened(point.label), at: x.at(point.x), kind: 'dose' }],
  )
}

/** `level-03, nβ 1500`: the dose alone; the whole label is in the point's title and in the table. */
const shortened = (label: string): string => label.split(', ').at(-1) ?? label

const half = ({ text, kind }: Label): number => (text.length * letterWidth[kind]) / 2 + 4

/** From the right, where the points stand apart and matter most. */
function firstThatFit(labels: readonly Label[]): Label[] {
  const kept: Label[] = []
  for (const label of [...labels].sort((a, b) => b.at - a.at)) {
    const before = kept.at(-1)
    if (before === undefined || label.at + half(label) < before.at - half(before)) kept.push(label)
  }
  return kept
}

function stacked(labels: readonly Label[]): Label[][] {
  const rows: Label[][] = []
  for (const label of [...labels].sort((a, b) => a.at - b.at)) {
    const row = rows.find((one) => one.every((other) => Math.abs(other.at - label.at) > half(other) + half(label)))
    if (row === undefined) rows.push([label])
    else row.push(label)
  }
  return rows
}

/** Centred on its place, but never over the picture's edge. */
function drawLabel(label: Label, y: number, { left, right }: { readonly left: number; readonly right: number }): Html {
  const at = Math.max(left - 40 + half(label), Math.min(right + 80 - half(label), label.at))
  return html`<text class="${label.kind}" x="${at.toFixed(2)}" y="${y}" text-anchor="middle">${label.text}</text>`
}
