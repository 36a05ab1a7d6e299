import type { Heatmap } from '../../stage/report-block.ts'

/** A heat map as plain lines: a table of figures with two decimals, its columns' names above. */
export function heatmapLines({ columns, rows, values, caption }: Heatmap): string[] {
  const cells = values.map((row) =>
    row.map((value) => (value === null ? '' : value.toFixed(2).replace(/^-(?=0\.00$)/, ''))),
  )
  const widths = columns.names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const first = Math.max(rows.label.length, ...rows.names.map((name) => name.length))
  const line = (head: string, texts: readonly string[]): string =>
    [head.padEnd(first), ...widths.map((width, i) => (texts[i] ?? '').padStart(width))].join('  ').trimEnd()
  return [
    ...(caption === undefined ? [] : [caption]),
    `${' '.repeat(first)}  ${columns.label}`,
    line(rows.label, columns.names),
    ...rows.names.map((name, i) => line(name, cells[i] ?? [])),
  ]
}
