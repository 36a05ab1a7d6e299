import { cases } from './cases/index.ts'
import type { Row } from './bench-case.ts'
import { describeMachine, machineLine } from './machine.ts'
import { table } from './table.ts'

// npm run bench [-- --json] [CASE…]: medians with quartiles, and ratios taken within this one run.
const names = process.argv.slice(2).filter((arg) => arg !== '--json')
const json = process.argv.includes('--json')
const unknown = names.filter((name) => !cases.some((known) => known.name === name))

if (unknown.length > 0) {
  console.error(
    `error: there is no case ${unknown.join(', ')}; the cases are ${cases.map(({ name }) => name).join(', ')}`,
  )
  process.exitCode = 2
} else {
  await run()
}

async function run(): Promise<void> {
  const machine = describeMachine()
  if (!json) console.log(`${machineLine(machine)}\n`)
  const results: Record<string, readonly Row[]> = {}
  for (const chosen of cases) {
    if (names.length > 0 && !names.includes(chosen.name)) continue
    const rows = await chosen.run()
    results[chosen.name] = rows
    if (!json) console.log(`${table(chosen.title, rows)}\n`)
  }
  if (json) console.log(JSON.stringify({ machine, results }, null, 2))
}
