import { resolve } from 'node:path'
import { Option } from 'commander'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { Source } from '../../compiler/source.ts'
import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'
import { withParams, type ParamOptions } from '../params.ts'
import { UserError } from '../user-error.ts'

const formats = ['text', 'json', 'sarif', 'github'] as const

interface CheckOptions extends ParamOptions {
  readonly format: (typeof formats)[number]
}

/** `assay check FILE…`: finds every mistake that can be seen before anything runs. */
export const check: CliCommand = {
  register(program, host) {
    const command = program
      .command('check')
      .description('find every mistake in pipeline files, without running anything')
      .argument('<files...>', 'pipeline files')
      .addOption(
        new Option('--format <format>', 'how findings are printed; all but text go to standard output')
          .choices(formats)
          .default('text'),
      )
      .addHelpText('after', '\n`assay explain CODE` has more on the code of a finding.')
    withParams(command).action((files: string[], options: CheckOptions) => checkFiles(files, options, host))
  },
}

interface Checked {
  readonly isRight: boolean
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: readonly Source[]
}

async function checkFiles(files: readonly string[], options: CheckOptions, host: Host): Promise<void> {
  const results: Checked[] = []
  for (const file of files) results.push(await checkFile(file, options, host))
  const diagnostics = results.flatMap((result) => result.diagnostics)
  const texts = new Map(results.flatMap(({ sources }) => sources.map(({ file, text }) => [file, text])))
  if (options.format !== 'text') host.stdout.write(await written(diagnostics, options.format, { texts, host }))
  host.setExitCode(results.every(({ isRight }) => isRight) ? exitCode.fine : exitCode.badInput)
}

async function checkFile(file: string, options: CheckOptions, host: Host): Promise<Checked> {
  const { loadPipeline, showDiagnostics } = await import('../load-pipeline.ts')
  try {
    const { plan, diagnostics, sources } = await loadPipeline(file, options, host)
    if (options.format === 'text') {
      await showDiagnostics(diagnostics, sources, host)
      if (plan !== undefined) host.stdout.write(`${file}: fine, ${count(plan.stages.length)}\n`)
    }
    return { isRight: plan !== undefined, diagnostics, sources }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { message, help } = error
    if (options.format === 'text')
      host.stderr.write(`error: ${message}\n${help === undefined ? '' : `  help: ${help}\n`}`)
    const span = { file: resolve(host.cwd, file), line: 1, column: 1, offset: 0, length: 1 }
    const missing = { code: 'files-exist', severity: 'error', message, span } as const
    return { isRight: false, diagnostics: [{ ...missing, ...(help === undefined ? {} : { help }) }], sources: [] }
  }
}

async function written(
  diagnostics: readonly Diagnostic[],
  format: Exclude<CheckOptions['format'], 'text'>,
  { texts, host }: { texts: ReadonlyMap<string, string>; host: Host },
): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(diagnostics, null, 2)}\n`
    case 'github':
      return (await import('../github-annotations.ts')).githubAnnotations(diagnostics, host.cwd)
    case 'sarif': {
      const [{ toSarif }, { diagnosticPage, proseOf, summaryOf }, { packageVersion }] = await Promise.all([
        import('../sarif.ts'),
        import('../diagnostic-page.ts'),
        import('../package-version.ts'),
      ])
      const pageOf = (code: string): { page: string; summary: string } | undefined => {
        const page = diagnosticPage(code)
        return page === undefined ? undefined : { page: proseOf(page), summary: summaryOf(page) }
      }
      const textOf = (file: string): string | undefined => texts.get(file)
      const log = toSarif(diagnostics, { version: packageVersion(), cwd: host.cwd, textOf, pageOf })
      return `${JSON.stringify(log, null, 2)}\n`
    }
  }
}

const count = (stages: number): string => `${String(stages)} stage${stages === 1 ? '' : 's'}`
