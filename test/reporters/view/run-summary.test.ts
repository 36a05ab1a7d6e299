import { expect, test } from 'vitest'
import { runSummary } from '../../../src/reporters/view/run-summary.ts'

const finished = { v: 1, seq: 9, at: '2026-03-01T10:00:00.000Z', type: 'run-finished', seconds: 62 } as const

test('counts that are nought are left out', () => {
  expect(runSummary({ ...finished, outcome: 'ok', counts: { finished: 3, cached: 0, failed: 0, skipped: 0 } })).toBe(
    'done in 62 s · 3 finished',
  )
  expect(
    runSummary({ ...finished, outcome: 'failed', counts: { finished: 0, cached: 2, failed: 1, skipped: 4 } }),
  ).toBe('failed after 62 s · 2 cached · 1 failed · 4 skipped')
})

test('what a cancelled run stopped did not fail', () => {
  expect(
    runSummary({ ...finished, outcome: 'cancelled', counts: { finished: 1, cached: 0, failed: 3, skipped: 0 } }),
  ).toBe('cancelled after 62 s · 1 finished · 3 stopped')
})
