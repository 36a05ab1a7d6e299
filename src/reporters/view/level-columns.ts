import type { SearchLevel, SearchView } from '../../stage/search-view.ts'
import { gapMultiple } from '../text/gap-multiple.ts'
import { interval, intervalDecimals, type Estimate } from '../text/interval.ts'
import { withError } from '../text/with-error.ts'

/** One column of a search's table of levels, as text; every reporter draws the same ones. */
export interface LevelColumn {
  readonly key: string
  readonly title: string
  readonly align: 'left' | 'right'
  cell(level: SearchLevel): string
}

/** The columns a search has something to say in; what no level has yet is left out, the claim's own metric excepted. */
export function levelColumns(view: SearchView): readonly LevelColumn[] {
  const { levels } = view
  const columns: LevelColumn[] = [{ key: 'level', title: 'level', align: 'left', cell: (level) => level.name }]
  if (levels.some((level) => level.dose !== ''))
    columns.push({ key: 'dose', title: 'dose', align: 'left', cell: (level) => level.dose })
  columns.push({ key: 'loss', title: 'loss', align: 'left', cell: lossCell })
  if (levels.some((level) => level.multiple !== undefined))
    columns.push({ key: 'multiple', title: '× gap', align: 'right', cell: multipleCell })
  columns.push(...metricColumns(view, { key: 'metric', title: view.metric }, (level) => level.metric))
  for (const name of besideNames(view))
    columns.push(...metricColumns(view, { key: `beside:${name}`, title: name }, (level) => level.beside?.[name]))
  columns.push({ key: 'status', title: '', align: 'left', cell: (level) => level.status })
  return columns
}

/** Names of the metrics measured beside the claim, in the order they first appear. */
export function besideNames(view: SearchView): readonly string[] {
  return [...new Set(view.levels.flatMap((level) => Object.keys(level.beside ?? {})))]
}

function metricColumns(
  view: SearchView,
  { key, title }: { key: string; title: string },
  read: (level: SearchLevel) => Estimate | undefined,
): LevelColumn[] {
  const decimals = intervalDecimals(view.levels.flatMap((level) => read(level) ?? []))
  const part = (level: SearchLevel, which: 'mean' | 'range') => {
    const estimate = read(level)
    return estimate === undefined ? '' : interval(estimate, decimals)[which]
  }
  return [
    { key, title, align: 'right', cell: (level) => part(level, 'mean') },
    { key: `${key}:range`, title: '', align: 'left', cell: (level) => part(level, 'range') },
  ]
}

const lossCell = ({ loss }: SearchLevel): string => (loss === undefined ? '' : withError(loss.mean, loss.se))

const multipleCell = ({ multiple }: SearchLevel): string => (multiple === undefined ? '' : gapMultiple(multiple))
