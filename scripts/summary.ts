import type { Outcome } from './part.ts'

/** A table with one row a part, and the closing line `N passed, N failed`. A check counts as one test. */
export function summary(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ name, passed, failed, skipped, seconds }) =>
    [
      failed === 0 ? '✓' : '✗',
      name.padEnd(8),
      `${passed} passed`.padStart(12),
      `${failed} failed`.padStart(10),
      `${skipped} skipped`.padStart(11),
      `${seconds.toFixed(1)} s`.padStart(9),
    ].join(' '),
  )
  const sum = (key: 'passed' | 'failed') => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  return `\n${rows.join('\n')}\n\n${sum('passed')} passed, ${sum('failed')} failed`
}
