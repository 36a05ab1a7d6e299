import { StageError } from '../../../stage/stage-context.ts'
import type { ExampleTable } from './table.ts'

/**
 * Reads a table of numbers separated by commas, semicolons or tabs, one example a line; a first line that is not
 * all numbers names the columns. `target` is the answer's column, by name or counted from 0; left out: the last one.
 * Throws StageError naming line and column.
 */
export function parseCsv(text: string, file: string, target: string | undefined): ExampleTable {
  const lines = text.split(/\r?\n/).flatMap((line, i) => (line.trim() === '' ? [] : [{ line, number: i + 1 }]))
  const separator = [',', ';', '\t'].find((mark) => lines[0]?.line.includes(mark)) ?? ','
  const rows = lines.map(({ line, number }) => ({ number, cells: line.split(separator).map(unquoted) }))
  const [first] = rows
  if (first === undefined) throw new StageError(`${file} has no lines`)
  // Answers may be names in every line, so a heading is told by a word above a number.
  const isHeading = first.cells.some((cell, i) => !isNumber(cell) && isNumber(rows[1]?.cells[i] ?? ''))
  const columns = first.cells.length
  const at = columnOf(target, isHeading ? first.cells : [], { columns, file })
  const body = isHeading ? rows.slice(1) : rows
  const inputs = new Float64Array(body.length * (columns - 1))
  const answers = body.map(({ number, cells }, row) => {
    if (cells.length !== columns)
      throw new StageError(`line ${number} of ${file} has ${cells.length} columns, the first line has ${columns}`)
    const others = cells.filter((_, i) => i !== at)
    others.forEach((cell, i) => {
      if (!isNumber(cell))
        throw new StageError(`line ${number} of ${file} reads "${cell.slice(0, 40)}", which is no number`)
      inputs[row * (columns - 1) + i] = Number(cell)
    })
    const answer = cells[at] ?? ''
    return isNumber(answer) ? Number(answer) : answer
  })
  return { shape: [columns - 1], inputs, answers }
}

function columnOf(
  target: string | undefined,
  heading: readonly string[],
  { columns, file }: { readonly columns: number; readonly file: string },
): number {
  if (target === undefined) return columns - 1
  const named = heading.indexOf(target)
  const at = named >= 0 ? named : /^\d+$/.test(target) ? Number(target) : -1
  if (at < 0 || at >= columns)
    throw new StageError(
      `${file} has no column "${target}"`,
      heading.length > 0
        ? `Its columns are ${heading.slice(-8).join(', ')}${heading.length > 8 ? ' and others' : ''}.`
        : `It has ${columns} columns without names; give a number from 0.`,
    )
  return at
}

const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1')
const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell))
