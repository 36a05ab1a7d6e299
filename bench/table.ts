import type { Row } from './bench-case.ts'

/** One line a row: name, median, quartiles, note. */
export function table(title: string, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length))
  const lines = rows.map(
    ({ name, median, low, high, note }) =>
      `  ${name.padEnd(width)}  ${seconds(median).padStart(9)}  [${seconds(low)}, ${seconds(high)}]${note === undefined ? '' : `  ${note}`}`,
  )
  return [title, ...lines].join('\n')
}

/** Three digits, in the unit that suits. */
export function seconds(value: number): string {
  if (value >= 1) return `${value.toPrecision(3)} s`
  return value >= 1e-3 ? `${(value * 1e3).toPrecision(3)} ms` : `${(value * 1e6).toPrecision(3)} µs`
}
