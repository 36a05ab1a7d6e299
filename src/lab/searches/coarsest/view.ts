import type { SearchLevel, SearchView } from '../../../stage/search-view.ts'
import type { Claim } from '../../../stage/claim.ts'
import type { Climb } from './climb.ts'
import { coldestFirst, edge } from './ladder.ts'
import type { Level } from './levels.ts'
import { lossUnitOf } from './loss-unit-of.ts'

interface Terms {
  readonly keep: string
  readonly claim: Claim
  readonly maxLevels: number
  /** Levels that may still come once the edge is bracketed. */
  readonly left: number
  /** Whether L* was given, so that multiples of its gap mean something. */
  readonly given: boolean
}

/** The search as it stands, for the terminal. */
export function viewOf(climb: Climb, { keep, claim, maxLevels, left, given }: Terms): SearchView {
  const multipleOf = (mean: number): { multiple?: number } =>
    !given || climb.from === undefined || climb.until === undefined
      ? {}
      : { multiple: (mean - climb.from) / (climb.until - climb.from) }
  const finished = ({ name, dose, status, loss, metric, beside }: Level): SearchLevel => ({
    name,
    dose,
    status,
    ...(loss && { loss: { mean: loss.mean, se: loss.se }, ...multipleOf(loss.mean) }),
    ...(metric && { metric: { mean: metric.mean, low: metric.low, high: metric.high } }),
    beside: Object.fromEntries(Object.entries(beside).map(([key, { mean, low, high }]) => [key, { mean, low, high }])),
  })
  const { running } = climb
  const underway: readonly SearchLevel[] =
    running === undefined
      ? []
      : [
          {
            name: running.name,
            dose: running.dose,
            status: 'running',
            ...(running.loss && {
              loss: { mean: running.loss.mean, se: running.loss.se },
              ...multipleOf(running.loss.mean),
            }),
          },
        ]
  const rows = [
    ...climb.levels.map((level) => ({ nbeta: level.nbeta, row: finished(level) })),
    ...underway.map((row) => ({ nbeta: running?.nbeta ?? 0, row })),
  ]
  return {
    claim: keep,
    threshold: claim.threshold,
    metric: claim.metric,
    ...lossUnitOf([...climb.levels, ...(climb.original ? [climb.original] : [])]),
    levels: [...(climb.original ? [finished(climb.original)] : []), ...coldestFirst(rows).map(({ row }) => row)],
    doing: doing(climb),
    atMost: mostRows(climb, maxLevels, left),
  }
}

/** Rows there can be in the end, the model itself included: once the edge is bracketed, bisections and what lies past are left. */
function mostRows({ levels }: Climb, maxLevels: number, left: number): number {
  if (edge(levels).beyond === undefined) return 1 + maxLevels
  const spent = levels.filter(({ purpose }) => purpose === 'refine' || purpose === 'past').length
  return 1 + Math.min(maxLevels, levels.length + Math.max(0, left - spent))
}

function doing({ running, stop, original }: Climb): string {
  if (stop !== undefined) return 'done'
  if (running === undefined) return original === undefined ? 'measuring the model itself' : 'choosing a level'
  const { name, dose, target, loss, looks } = running
  const again = looks === 0 ? '' : ' again, as it is not decided'
  if (loss !== undefined) return `measuring ${name} at ${dose}${again}`
  return `degrading ${name} to ${dose}${target === undefined ? '' : `, towards loss ${target.toFixed(3)}`}`
}
