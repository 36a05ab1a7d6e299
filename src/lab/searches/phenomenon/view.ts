import { parseClaim } from '../../../stage/claim.ts'
import type { SearchLevel, SearchView } from '../../../stage/search-view.ts'
import type { Sofar } from '../../../stage/stage-kind.ts'
import type { Answer, Outcome } from '../coarsest/answer.ts'

const statuses = {
  found: 'held',
  'to-the-end': 'held',
  'finer-only': 'failed',
  absent: 'failed',
  undecided: 'undecided',
  unhealthy: 'unhealthy',
} as const satisfies Record<Outcome, SearchLevel['status']>

/** One row a degradation: where its search has come to. Each search shows its own levels. */
export function phenomenonView(
  { with: { keep } }: Sofar<{ readonly keep: string }>,
  paths: Readonly<Record<string, Answer | undefined>>,
): SearchView {
  const claim = parseClaim(keep)
  const open = Object.entries(paths).flatMap(([name, answer]) => (answer === undefined ? [name] : []))
  return {
    claim: keep,
    threshold: claim.ok ? claim.value.threshold : Number.NaN,
    metric: claim.ok ? claim.value.metric : '',
    levels: Object.entries(paths).map(([name, answer]) => row(name, answer)),
    doing: open.length === 0 ? 'done' : `searching under ${open.join(', ')}`,
    atMost: Object.keys(paths).length,
  }
}

function row(name: string, answer: Answer | undefined): SearchLevel {
  if (answer === undefined) return { name, dose: 'under way', status: 'running' }
  const level = answer.levels.find((one) => one.name === answer.coarsest) ?? answer.original
  const bounds = ({ mean, low, high }: { mean: number; low: number; high: number }) => ({ mean, low, high })
  return {
    name,
    dose: level.dose,
    status: statuses[answer.outcome],
    ...(level.loss && { loss: { mean: level.loss.mean, se: level.loss.se } }),
    ...(level.multiple === undefined ? {} : { multiple: level.multiple }),
    ...(level.metric && { metric: bounds(level.metric) }),
    beside: Object.fromEntries(Object.entries(level.beside).map(([key, value]) => [key, bounds(value)])),
  }
}
