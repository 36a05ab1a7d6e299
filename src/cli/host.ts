import type { Command } from 'commander'
import type { ExitCode } from './exit-code.ts'

/** The world as a command sees it, so that tests can give another. */
export interface Host {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** The code the process ends with once nothing is left to do; the last call wins. */
  setExitCode(code: ExitCode): void
}

/** The part of a `tty.WriteStream` that commands rely on. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** One file in `commands/`. `register` adds the command; anything heavy is imported inside its action. */
export interface CliCommand {
  register(program: Command, host: Host): void
}

/** Whether to colour what goes to `stream`: NO_COLOR and FORCE_COLOR first, then whether it is a terminal. */
export function wantsColor(stream: OutputStream, env: Host['env']): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0') return true
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
