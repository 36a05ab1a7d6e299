import pico from 'picocolors'
import type { Plan } from '../compiler/plan.ts'
import type { ExplainedStage } from '../orchestrator/explain.ts'
import { wrap } from '../reporters/text/wrap.ts'

const words = { cached: 'cached', 'will-run': 'will run', unknown: 'decided at run time', skipped: 'skipped' } as const

/** The plan as a table: stage, kind, what will happen, why; a closing line that counts. */
export function planTable(
  plan: Plan,
  rows: readonly ExplainedStage[],
  { color, columns }: { color: boolean; columns: number },
): string {
  const colors = pico.createColors(color)
  const paint = { cached: colors.dim, 'will-run': colors.green, unknown: colors.yellow, skipped: colors.dim }
  const width = (cells: readonly string[]): number => Math.max(...cells.map((cell) => cell.length))
  const [stage, kind, status] = [
    width(['stage', ...rows.map((row) => row.stage)]),
    width(['kind', ...rows.map(({ use }) => use)]),
    width(['', ...rows.map((row) => words[row.status])]),
  ]
  const rest = Math.max(24, columns - stage - kind - status - 8)
  const lines = rows.flatMap((row) => {
    const [first = '', ...more] = wrap(row.reason, rest)
    const head = `${row.stage.padEnd(stage)}  ${row.use.padEnd(kind)}  ${paint[row.status](words[row.status].padEnd(status))}  ${colors.dim(first)}`
    return [head.trimEnd(), ...more.map((line) => `${' '.repeat(stage + kind + status + 6)}${colors.dim(line)}`)]
  })
  const count = (which: ExplainedStage['status']): number => rows.filter((row) => row.status === which).length
  const counts = (['cached', 'will-run', 'unknown', 'skipped'] as const).flatMap((which) =>
    count(which) === 0 ? [] : [`${String(count(which))} ${words[which]}`],
  )
  return `${[colors.bold(plan.name), ...lines, '', counts.join(', ')].join('\n')}\n`
}
