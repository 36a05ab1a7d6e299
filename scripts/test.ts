import { availableParallelism } from 'node:os'
import { build } from './build.mjs'
import { checks } from './checks.ts'
import { runChecks } from './part.ts'
import { runSuite } from './suite.ts'
import { summary } from './summary.ts'

// npm test: every check, then the suites that take minutes at most (`test:long` has the rest); a part that fails does not hide those after it.
await build()
const outcomes = await runChecks(checks, Math.min(2, availableParallelism()))
for (const project of ['unit', 'e2e']) outcomes.push(await runSuite(project))
console.log(summary(outcomes))
process.exitCode = outcomes.every(({ failed }) => failed === 0) ? 0 : 1
