import { availableParallelism } from 'node:os'
import { checks } from './checks.ts'
import { runChecks } from './part.ts'
import { summary } from './summary.ts'

// npm run check [-- NAME…]: every check, or those named.
const names = process.argv.slice(2)
const chosen = names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name))
const outcomes = await runChecks(chosen, Math.min(2, availableParallelism()))
console.log(summary(outcomes))
process.exitCode = outcomes.length > 0 && outcomes.every(({ failed }) => failed === 0) ? 0 : 1
