import { StageError } from '../../../stage/stage-context.ts'

/** Texts with what is to be read off their activations. */
export interface ProbeTable {
  readonly texts: readonly string[]
  readonly targets:
    | { readonly kind: 'class'; readonly classes: readonly string[]; readonly labels: readonly string[] }
    | { readonly kind: 'number'; readonly values: readonly (readonly number[])[] }
    /** Latitude and longitude, degrees. */
    | { readonly kind: 'globe'; readonly places: readonly (readonly [number, number])[] }
}

type Row = Readonly<Record<string, unknown>>

/**
 * JSONL, or CSV with a head line, of `text` and one of: `label` (a word: a class; a number or a list of them: to be
 * regressed on), or `lat` and `lon` in degrees. Throws StageError naming the line and the field.
 */
export function readTable(text: string, source: string): ProbeTable {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const rows = lines[0]?.trimStart().startsWith('{') === true ? lines.map(jsonRow(source)) : csvRows(lines, source)
  if (rows.length < 10) throw new StageError(`${source} has ${rows.length} rows; a probe needs 10 at least`)
  const texts = rows.map(({ text: value }, i) => {
    if (typeof value === 'string' && value !== '') return value
    throw new StageError(`row ${i + 1} of ${source} has no text`, 'Each row has text, and label or lat and lon.')
  })
  return { texts, targets: targetsOf(rows, source) }
}

const jsonRow =
  (source: string) =>
  (line: string, i: number): Row => {
    try {
      return (JSON.parse(line) ?? {}) as Row
    } catch {
      throw new StageError(`line ${i + 1} of ${source} is not JSON`)
    }
  }

function csvRows([head = '', ...lines]: readonly string[], source: string): Row[] {
  const names = cells(head)
  return lines.map((line, i) => {
    const values = cells(line)
    if (values.length !== names.length)
      throw new StageError(`line ${i + 2} of ${source} has ${values.length} cells, the head line ${names.length}`)
    return Object.fromEntries(names.map((name, j) => [name.trim(), numeric(values[j]!)]))
  })
}

/** Cells of a CSV line; quotes hold commas, and a doubled quote is one. */
const cells = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )

const numeric = (cell: string): string | number =>
  cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell

function targetsOf(rows: readonly Row[], source: string): ProbeTable['targets'] {
  const refuse = (i: number, why: string): never => {
    throw new StageError(`row ${i + 1} of ${source}: ${why}`, 'Each row has text, and label or lat and lon.')
  }
  if (rows[0] !== undefined && 'lat' in rows[0]) {
    const places = rows.map(({ lat, lon }, i): [number, number] =>
      isWithin(lat, 90) && isWithin(lon, 180) ? [lat, lon] : refuse(i, 'lat and lon are degrees up to 90 and 180'),
    )
    return { kind: 'globe', places }
  }
  const labels = rows.map(({ label }, i) => label ?? refuse(i, 'there is no label'))
  if (labels.every((label) => typeof label === 'string')) {
    const classes = [...new Set(labels)].sort()
    if (classes.length < 2)
      throw new StageError(`every label in ${source} is "${classes[0]}": there is nothing to tell apart`)
    return { kind: 'class', classes, labels }
  }
  const values = labels.map((label) => (Array.isArray(label) ? (label as unknown[]) : [label]))
  values.forEach((row, i) => {
    if (row.length !== values[0]!.length || !row.every((value) => Number.isFinite(value)))
      refuse(i, `the label is not ${values[0]!.length === 1 ? 'a number' : `${values[0]!.length} numbers`} as in row 1`)
  })
  return { kind: 'number', values: values as number[][] }
}

const isWithin = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= most
