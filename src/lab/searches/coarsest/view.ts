import type { SearchLevel, SearchView } from '../../../stage/search-view.ts'
import type { Claim } from '../../../stage/claim.ts'
import type { Climb } from './climb.ts'
import { coldestFirst, edge } from './ladder.ts'
import type { Level } from './levels.ts'

interface Terms {
  readonly keep: string
  readonly claim: Claim
  readonly until: number
  readonly maxLevels: number
  readonly refine: number
}

/** The search as it stands, for the terminal. */
export function viewOf(climb: Climb, { keep, claim, until, maxLevels, refine }: Terms): SearchView {
  const multipleOf = (mean: number): { multiple?: number } =>
    climb.from === undefined ? {} : { multiple: (mean - climb.from) / (until - climb.from) }
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
    levels: [...(climb.original ? [finished(climb.original)] : []), ...coldestFirst(rows).map(({ row }) => row)],
    doing: doing(climb),
    atMost: mostRows(climb, maxLevels, refine),
  }
}

/** Rows there can be in the end, the model itself included: once the edge is bracketed, only bisections are left. */
function mostRows({ levels }: Climb, maxLevels: number, refine: number): number {
  if (edge(levels).beyond === undefined) return 1 + maxLevels
  const spent = levels.filter(({ purpose }) => purpose === 'refine').length
  return 1 + Math.min(maxLevels, levels.length + Math.max(0, refine - spent))
}

function doing({ running, stop, original }: Climb): string {
  if (stop !== undefined) return 'done'
  if (running === undefined) return original === undefined ? 'measuring the model itself' : 'choosing a level'
  return running.loss === undefined
    ? `sampling ${running.name} at ${running.dose}, towards loss ${running.target.toFixed(3)}`
    : `measuring ${running.name} at ${running.dose}`
}
