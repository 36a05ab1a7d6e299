import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { didYouMean } from '../base/did-you-mean.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Probe } from '../compiler/bind-context.ts'
import type { Plan } from '../compiler/plan.ts'
import type { Source } from '../compiler/source.ts'
import type { Host } from './host.ts'
import { loadCatalog } from './load-catalog.ts'
import type { ParamOptions } from './params.ts'
import { readBounded } from './read-bounded.ts'
import { UserError } from './user-error.ts'

/** More than the most characters the checker takes, however they are encoded; it tells that the file is too big. */
const maxBytes = 16_000_000

export interface LoadedPipeline {
  readonly source: Source
  /** Every text that was read, that of `source` first. */
  readonly sources: readonly Source[]
  readonly plan?: Plan
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads and compiles a pipeline file. Throws UserError where it, or the file of parameters, cannot be read. */
export async function loadPipeline(
  file: string,
  { param: params, params: paramsPath }: ParamOptions,
  host: Pick<Host, 'cwd' | 'env'>,
): Promise<LoadedPipeline> {
  const source = readSource(file, host.cwd)
  const paramsFile = paramsPath === undefined ? {} : { paramsFile: readSource(paramsPath, host.cwd) }
  const [{ compile }, catalog] = await Promise.all([import('../compiler/compile.ts'), loadCatalog(host)])
  return { source, ...compile(source, { catalog, params, ...paramsFile, probe, readFile }) }
}

/**
 * The plan of a pipeline file, with warnings printed to standard error; where there are errors, they are printed and
 * UserError with exit code 2 is thrown.
 */
export async function planOf(file: string, params: ParamOptions, host: Host): Promise<{ plan: Plan; source: Source }> {
  const { source, sources, plan, diagnostics } = await loadPipeline(file, params, host)
  await showDiagnostics(diagnostics, sources, host)
  if (plan === undefined) throw new UserError(`${file} cannot run as it is`, 'nothing was run')
  return { plan, source }
}

/** Prints diagnostics with code frames to standard error. */
export async function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
  host: Host,
): Promise<void> {
  if (diagnostics.length === 0) return
  const [{ printDiagnostics }, { wantsColor }] = await Promise.all([
    import('./diagnostic-printer.ts'),
    import('./host.ts'),
  ])
  const textOf = (file: string): string | undefined => sources.find((source) => source.file === file)?.text
  const { columns } = host.stderr
  const look = { color: wantsColor(host.stderr, host.env), ...(columns === undefined ? {} : { columns }) }
  host.stderr.write(printDiagnostics(diagnostics, { textOf, cwd: host.cwd, ...look }))
}

/** The text of a file, by its absolute path. Throws UserError with near names where there is no such file. */
export function readSource(file: string, cwd: string): Source {
  const path = resolve(cwd, file)
  const there = probe(path)
  if (there === 'directory') throw new UserError(`${file} is a folder, not a pipeline file`, nearby(path, ''))
  if (there === undefined) throw new UserError(`there is no file ${file}`, nearby(dirname(path), basename(path)))
  try {
    return {
      file: path,
      text: readBounded(path, maxBytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    }
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The text at an absolute path, if a file is there that can be read. */
const readFile = (path: string): string | undefined => {
  try {
    return probe(path) === 'file' ? readSource(path, '/').text : undefined
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** What lies at a path; links are followed. */
export const probe: Probe = (path) => {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'file'
  } catch {
    // Not there, below a file, in a folder that may not be entered, or a name too long: for us there is nothing.
    return undefined
  }
}

function nearby(folder: string, name: string): string {
  if (probe(folder) !== 'directory') return `there is no folder ${folder} either`
  const pipelines = readdirSync(folder).filter((entry) => ['.yaml', '.yml'].includes(extname(entry)))
  const near = name === '' ? [] : didYouMean(name, pipelines)
  if (near[0] !== undefined) return `did you mean ${join(folder, near[0])}?`
  if (pipelines.length === 0) return `there are no .yaml files in ${folder}`
  return `pipelines in ${folder}: ${pipelines.slice(0, 10).join(', ')}`
}
