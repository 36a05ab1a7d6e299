import { Command, CommanderError } from 'commander'
import { didYouMean } from '../base/did-you-mean.ts'
import { commands } from './commands/index.ts'
import { exitCode, exitCodeHelp } from './exit-code.ts'
import type { Host } from './host.ts'
import { UserError } from './user-error.ts'
import { packageVersion } from './package-version.ts'

/** Runs one command line. Every exception ends here: it becomes a message and an exit code. */
export async function runCli(argv: readonly string[], host: Host): Promise<void> {
  const debug = argv.includes('--debug') || (host.env['ASSAY_DEBUG'] ?? '') !== ''
  try {
    await createProgram(host).parseAsync(argv)
  } catch (error) {
    host.setExitCode(explain(error, host, debug))
  }
}

function createProgram(host: Host): Command {
  const program = new Command('assay')
    .description('Experiments on neural networks at a stated scale of precision, written as pipelines.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--debug', 'show stack traces (also ASSAY_DEBUG=1)')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', `\n${exitCodeHelp}`)
  for (const command of commands) command.register(program, host)
  for (const command of [program, ...program.commands]) quiet(command, host)
  return program.action((_options, command: Command) => {
    const [unknown] = command.args
    if (unknown === undefined) program.help({ error: true })
    else throw unknownCommand(program, unknown)
  })
}

/** Makes commander throw instead of ending the process, and write through the host. */
function quiet(command: Command, host: Host): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns ?? 100,
      getErrHelpWidth: () => host.stderr.columns ?? 100,
      outputError: (text, write) => {
        write(text.replace(/\n\((Did you mean .*)\)/, '\n  help: $1'))
      },
    })
  if (command.parent === null) command.allowExcessArguments()
}

function unknownCommand(program: Command, name: string): UserError {
  const visible = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name())
  const [near] = didYouMean(name, visible)
  const help = near === undefined ? `the commands are ${visible.join(', ')}` : `did you mean \`assay ${near}\`?`
  return new UserError(`there is no command \`${name}\``, help)
}

function explain(error: unknown, host: Host, debug: boolean): Parameters<Host['setExitCode']>[0] {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.badInput
  const known = error instanceof UserError
  const message = error instanceof Error ? error.message : String(error)
  host.stderr.write(`error: ${message}\n`)
  if (known && error.help !== undefined) host.stderr.write(`  help: ${error.help}\n`)
  if (debug && error instanceof Error) host.stderr.write(`${error.stack ?? ''}\n`)
  else if (!known) host.stderr.write('  help: this is a mistake of assay itself; --debug shows where\n')
  return known ? error.exitCode : exitCode.internal
}
