import type { SearchLevel, SearchView } from '../../stage/search-view.ts'
import { gapMultiple } from '../text/gap-multiple.ts'
import { interval, type Estimate } from '../text/interval.ts'
import { plainText } from '../text/plain-text.ts'
import { withError } from '../text/with-error.ts'

/** A level in one line: `level-03  nβ 1500  loss 0.66 ± 0.01  4.2× gap  accuracy 0.88 [0.84, 0.91]  failed`. */
export function levelLine(view: SearchView, level: SearchLevel, tint: (status: string) => string): string {
  const parts = [plainText(level.name)]
  if (level.dose !== '') parts.push(plainText(level.dose))
  if (level.loss !== undefined) parts.push(`loss ${withError(level.loss.mean, level.loss.se)}`)
  if (level.multiple !== undefined) parts.push(`${gapMultiple(level.multiple)}× gap`)
  if (level.metric !== undefined) parts.push(measured(view.metric, level.metric))
  for (const [name, estimate] of Object.entries(level.beside ?? {})) parts.push(measured(name, estimate))
  return [...parts, tint(level.status)].join('  ')
}

function measured(name: string, estimate: Estimate): string {
  const { mean, range } = interval(estimate)
  return `${plainText(name)} ${mean} ${range}`
}
