import { Option } from 'commander'
import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'
import { withParams, type ParamTexts } from '../params.ts'
import { UserError } from '../user-error.ts'

interface CheckOptions {
  readonly param: ParamTexts
  readonly format: 'text' | 'json'
}

/** `assay check FILE…`: finds every mistake that can be seen before anything runs. */
export const check: CliCommand = {
  register(program, host) {
    const command = program
      .command('check')
      .description('find every mistake in pipeline files, without running anything')
      .argument('<files...>', 'pipeline files')
      .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'json']).default('text'))
    withParams(command).action((files: string[], options: CheckOptions) => checkFiles(files, options, host))
  },
}

async function checkFiles(files: readonly string[], options: CheckOptions, host: Host): Promise<void> {
  const results = []
  for (const file of files) results.push(await checkFile(file, options, host))
  if (options.format === 'json')
    host.stdout.write(
      `${JSON.stringify(
        results.flatMap(({ diagnostics }) => diagnostics),
        null,
        2,
      )}\n`,
    )
  host.setExitCode(results.every(({ isRight }) => isRight) ? exitCode.fine : exitCode.badInput)
}

async function checkFile(
  file: string,
  options: CheckOptions,
  host: Host,
): Promise<{ isRight: boolean; diagnostics: readonly object[] }> {
  const { loadPipeline, showDiagnostics } = await import('../load-pipeline.ts')
  try {
    const { plan, diagnostics, source } = await loadPipeline(file, options.param, host)
    if (options.format === 'text') {
      await showDiagnostics(diagnostics, source, host)
      if (plan !== undefined) host.stdout.write(`${file}: fine, ${count(plan.stages.length)}\n`)
    }
    return { isRight: plan !== undefined, diagnostics }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { message, help } = error
    if (options.format === 'text')
      host.stderr.write(`error: ${message}\n${help === undefined ? '' : `  help: ${help}\n`}`)
    return {
      isRight: false,
      diagnostics: [{ code: 'files-exist', severity: 'error', message, file, ...(help === undefined ? {} : { help }) }],
    }
  }
}

const count = (stages: number): string => `${String(stages)} stage${stages === 1 ? '' : 's'}`
