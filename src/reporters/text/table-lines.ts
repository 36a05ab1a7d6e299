import type { ReportBlock } from '../../stage/report-block.ts'

/** A table as plain lines, its columns one under the other, their names above. */
export function tableLines({ columns, rows }: Extract<ReportBlock, { type: 'table' }>): string[] {
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  return [columns, ...rows].map((row) =>
    widths
      .map((width, i) => (row[i] ?? '').padEnd(width))
      .join('  ')
      .trimEnd(),
  )
}
