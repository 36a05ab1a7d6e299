import type { RunEvent } from '../../orchestrator/event.ts'
import { duration } from '../text/duration.ts'

type Finished = Extract<RunEvent, { type: 'run-finished' }>

/** The closing line of a run: `done in 48 s · 12 finished · 3 cached`. A cancelled run's stages did not fail, they were stopped. */
export function runSummary({ outcome, seconds, counts }: Finished): string {
  const head = { ok: 'done', failed: 'failed', cancelled: 'cancelled' }[outcome]
  const parts = (['finished', 'cached', 'failed', 'skipped'] as const).filter((name) => counts[name] > 0)
  return [
    `${head} ${outcome === 'ok' ? 'in' : 'after'} ${duration(seconds)}`,
    ...parts.map((name) => `${counts[name]} ${name === 'failed' && outcome === 'cancelled' ? 'stopped' : name}`),
  ].join(' · ')
}
