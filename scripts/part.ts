import { execa } from 'execa'

/** One thing that `npm run check` or `npm test` runs, as a process of its own. */
export interface Part {
  readonly name: string
  /** Program and arguments; programs of `node_modules/.bin` are found. */
  readonly command: readonly [string, ...string[]]
  /** What to do when it fails. */
  readonly help: string
}

export interface Outcome {
  readonly name: string
  readonly passed: number
  readonly failed: number
  /** Tests that chose not to run here. */
  readonly skipped: number
  readonly seconds: number
}

/** Runs a check quietly: what it printed is shown only if it failed. Never throws for a failing command. */
export async function runCheck({ name, command: [program, ...args], help }: Part): Promise<Outcome> {
  const started = performance.now()
  const result = await execa(program, args, { preferLocal: true, reject: false, all: true, stdin: 'ignore' })
  const seconds = (performance.now() - started) / 1000
  if (result.failed) console.log(`\n── ${name} failed: ${help}\n${result.all || result.shortMessage}\n`)
  else console.log(`✓ ${name.padEnd(8)} ${seconds.toFixed(1)} s`)
  return { name, passed: result.failed ? 0 : 1, failed: result.failed ? 1 : 0, skipped: 0, seconds }
}

/** Outcomes in the order of `parts`, at most `atOnce` of them running at a time. */
export async function runChecks(parts: readonly Part[], atOnce: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = parts.entries()
  const lane = async (): Promise<void> => {
    for (const [at, part] of waiting) outcomes[at] = await runCheck(part)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return outcomes
}
