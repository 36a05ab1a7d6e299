import { Writable } from 'node:stream'
import type { ExitCode } from '../../src/cli/exit-code.ts'
import type { Host } from '../../src/cli/host.ts'
import { runCli } from '../../src/cli/run-cli.ts'

export interface CliResult {
  readonly code: ExitCode | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line inside this process, on streams that are no terminal. */
export async function runInProcess(
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: { cwd?: string; env?: Host['env'] } = {},
): Promise<CliResult> {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        written[name] += chunk.toString()
        done()
      },
    })
  let code: ExitCode | undefined
  const host: Host = {
    cwd,
    env,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    setExitCode: (given) => (code = given),
  }
  await runCli(['node', 'assay', ...args], host)
  return { code, ...written }
}
