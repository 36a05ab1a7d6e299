import { Option } from 'commander'
import type { Source } from '../../compiler/source.ts'
import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'
import { UserError } from '../user-error.ts'

interface FmtOptions {
  readonly check?: true
  readonly stdout?: true
}

/** `assay fmt FILE…`: pipeline files in the house style, comments kept. */
export const fmt: CliCommand = {
  register(program, host) {
    program
      .command('fmt')
      .description('format pipeline files in place; comments and values stay as they are')
      .argument('<files...>', 'pipeline files')
      .addOption(new Option('--check', 'change nothing; exit 2 if a file is not formatted').conflicts('stdout'))
      .option('--stdout', 'print the formatted text of one file and leave the file alone')
      .action((files: string[], options: FmtOptions) => formatFiles(files, options, host))
  },
}

async function formatFiles(files: readonly string[], options: FmtOptions, host: Host): Promise<void> {
  if (options.stdout === true && files.length > 1)
    throw new UserError('--stdout prints one file', 'name one, or leave --stdout out')
  const outcomes = []
  for (const file of files) outcomes.push(await formatFile(file, options, host))
  const isRight = outcomes.every((outcome) => outcome === 'fine' || outcome === 'written')
  host.setExitCode(isRight ? exitCode.fine : exitCode.badInput)
}

type Outcome = 'fine' | 'written' | 'unformatted' | 'wrong'

async function formatFile(file: string, options: FmtOptions, host: Host): Promise<Outcome> {
  const [{ readSource, showDiagnostics }, { formatPipeline }] = await Promise.all([
    import('../load-pipeline.ts'),
    import('../../compiler/format.ts'),
  ])
  const source = sourceOrWords(() => readSource(file, host.cwd), host)
  if (source === undefined) return 'wrong'
  const formatted = await formatPipeline(source)
  if (!formatted.ok) {
    await showDiagnostics(formatted.error, [source], host)
    return 'wrong'
  }
  const isFine = formatted.value === source.text
  if (options.stdout === true) host.stdout.write(formatted.value)
  else if (options.check === true) {
    if (!isFine) host.stderr.write(`${file}: not formatted\n  help: \`assay fmt ${file}\` formats it\n`)
    return isFine ? 'fine' : 'unformatted'
  } else if (!isFine) {
    await replaceFile(source.file, formatted.value)
    host.stdout.write(`${file}\n`)
    return 'written'
  }
  return 'fine'
}

/** A file that cannot be read is told of, and the others are formatted. */
function sourceOrWords(read: () => Source, host: Host): Source | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    host.stderr.write(`error: ${error.message}\n${error.help === undefined ? '' : `  help: ${error.help}\n`}`)
    return undefined
  }
}

/** Writes the new text whole, through links, and keeps who may read the file. Throws UserError where it cannot. */
async function replaceFile(path: string, text: string): Promise<void> {
  const { chmodSync, realpathSync, statSync } = await import('node:fs')
  const { atomicWrite } = await import('../../orchestrator/store/atomic-write.ts')
  try {
    const target = realpathSync(path)
    const { mode } = statSync(target)
    atomicWrite(target, text)
    chmodSync(target, mode)
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${(error as Error).message}`, '--stdout prints the text instead')
  }
}
