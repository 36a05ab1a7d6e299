import type { SearchLevel, SearchView } from '../../stage/search-view.ts'
import { plainText } from '../text/plain-text.ts'
import { truncate } from '../text/truncate.ts'
import { levelColumns, type LevelColumn } from '../view/level-columns.ts'

/** A column of the level table as drawn: its heading and cells padded to one width. */
export interface FittedColumn {
  readonly key: string
  readonly title: string
  readonly cell: (level: SearchLevel) => string
}
interface Sized {
  readonly column: LevelColumn
  readonly width: number
  readonly gap: number
  /** What the heading may take: an interval's column has none, its metric's heading reaches over it. */
  readonly titleWidth: number
}

const longestName = 16

/** The columns of a search's table that fit a width; the least needed ones go first, and what is left is padded. */
export function fitColumns(view: SearchView, width: number): readonly FittedColumn[] {
  let columns = [...levelColumns(view)]
  for (const key of leastNeededFirst(columns)) {
    if (totalWidth(size(columns, view)) <= width) break
    columns = columns.filter((column) => column.key !== key)
  }
  return size(columns, view).map(pad)
}

/** Intervals of what is measured beside the claim, the verdict's word (its sign stays), then ever more. */
function leastNeededFirst(columns: readonly LevelColumn[]): string[] {
  const beside = columns
    .map(({ key }) => key)
    .filter((key) => key.startsWith('beside:'))
    .reverse()
  const means = beside.filter((key) => !key.endsWith(':range'))
  const ranges = beside.filter((key) => key.endsWith(':range'))
  return [...ranges, 'status', ...means.slice(0, -1), 'multiple', 'metric:range', 'dose', ...means.slice(-1), 'level']
}

function size(columns: readonly LevelColumn[], view: SearchView): Sized[] {
  const widest = (column: LevelColumn) => Math.max(0, ...view.levels.map((level) => [...text(column, level)].length))
  return columns.map((column, index) => {
    const gap = index === 0 ? 0 : column.key.endsWith(':range') ? 1 : 2
    const [before, after] = [columns[index - 1], columns[index + 1]]
    if (after?.key === `${column.key}:range`) {
      return {
        column,
        gap,
        width: widest(column),
        titleWidth: Math.max(widest(column) + 1 + widest(after), column.title.length),
      }
    }
    // A heading longer than its metric's two columns widens the second one.
    const over =
      column.key.endsWith(':range') && before !== undefined
        ? before.title.length - widest(before) - 1
        : column.title.length
    return {
      column,
      gap,
      width: Math.max(widest(column), over),
      titleWidth: column.key.endsWith(':range') ? 0 : Math.max(widest(column), over),
    }
  })
}

const totalWidth = (columns: readonly Sized[]): number => columns.reduce((sum, { width, gap }) => sum + width + gap, 0)

function text(column: LevelColumn, level: SearchLevel): string {
  return truncate(plainText(column.cell(level)), longestName)
}

function pad({ column, width, gap, titleWidth }: Sized): FittedColumn {
  const right = column.align === 'right'
  const fill = (content: string, room: number) => (right ? content.padStart(room) : content.padEnd(room))
  const title =
    titleWidth === 0
      ? ''
      : ' '.repeat(gap) + (titleWidth > width ? column.title.padEnd(titleWidth) : fill(column.title, titleWidth))
  return { key: column.key, title, cell: (level) => ' '.repeat(gap) + fill(text(column, level), width) }
}
