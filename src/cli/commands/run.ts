import type { Command } from 'commander'
import { deviceOption } from '../device-option.ts'
import type { CliCommand } from '../host.ts'
import { withParams } from '../params.ts'
import type { RunFlags } from '../run-command.ts'

/** `assay run`: runs a pipeline and leaves a record. */
export const run: CliCommand = {
  register(program: Command, host) {
    withParams(program.command('run'))
      .description('run a pipeline: what is stored already is taken, what was cut off goes on')
      .argument('<file>', 'the pipeline')
      .option('--json', 'print events, one JSON object a line')
      .option('--plain', 'print plain lines, even on a terminal')
      .option('--concurrency <number>', 'stages that may run at once (default: the number of cores)', wholeNumber)
      .option(
        '--fresh <stage>',
        'run this stage again, whatever is stored; may be repeated',
        (text: string, all: string[]) => [...all, text],
        [] as string[],
      )
      .option('--store <folder>', 'where results are stored (default: .assay in the project)')
      .option('--runs <folder>', 'where records are written (default: runs in the project)')
      .addOption(deviceOption())
      .option('--verify', 'read every stored file again instead of trusting its unchanged time stamps')
      .action(async (file: string, flags: RunFlags, command: Command) => {
        const { runCommand } = await import('../run-command.ts')
        const { debug = false } = command.optsWithGlobals<{ debug?: boolean }>()
        await runCommand(file, { ...flags, debug }, host)
      })
  },
}

/** Commander shows what is thrown here as a wrong argument; NaN is refused by the command with its own words. */
const wholeNumber = (text: string): number => (/^\d+$/.test(text) ? Number(text) : NaN)
