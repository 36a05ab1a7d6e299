import type { Diagnostic, SourceSpan } from '../base/diagnostic.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import type { Probe } from './bind-context.ts'
import { bindPipeline } from './bind.ts'
import type { BoundPipeline } from './bound.ts'
import { loadFile, type LoadContext } from './load-files.ts'
import type { PipelineFile } from './pipeline-file.ts'
import { makePlan } from './make-plan.ts'
import type { Plan } from './plan.ts'
import { readParamsFile } from './read-params-file.ts'
import type { Report } from './report.ts'
import { maxErrors, tooManyErrors } from './rules/document-is-bounded.ts'
import { rules } from './rules/index.ts'
import { paramsAreSet } from './rules/params-are-set.ts'
import { SourceMap, type Source } from './source.ts'

export interface CompileOptions {
  readonly catalog: StageCatalog
  /** Values from the command line, as text, by parameter name. */
  readonly params?: Readonly<Record<string, string>>
  /** A file of values; those from the command line win. */
  readonly paramsFile?: Source
  /** What lies at an absolute path. */
  readonly probe: Probe
  /** The text at an absolute path, if there is a file: for pipeline files as stages. Default: there is none. */
  readonly readFile?: (path: string) => string | undefined
}

/** A plan with warnings, or else errors: advice is for a file that is right. Sorted by file and place. */
export interface Compiled {
  readonly plan?: Plan
  readonly diagnostics: readonly Diagnostic[]
  /** Every text that was read: the pipeline's own first. */
  readonly sources: readonly Source[]
}

/**
 * Text in, plan or diagnostics out: parse → check → plan. Pure but for `probe` and `readFile`; finds all errors in one
 * pass.
 */
export function compile(source: Source, options: CompileOptions): Compiled {
  const findings = new Findings()
  const { report } = findings
  const loaded: LoadContext['loaded'] = new Map()
  const readFile = options.readFile ?? ((): undefined => undefined)
  const file = loadFile(source, { catalog: options.catalog, readFile, report, loaded })
  const paramsFile = options.paramsFile
  const sources = [...[...loaded.values()].map((one) => one.source), ...(paramsFile === undefined ? [] : [paramsFile])]
  const failed = (...more: Diagnostic[]): Compiled => ({
    diagnostics: [...findings.sorted(sources), ...more],
    sources,
  })
  if (file === undefined) return failed()

  const bound = bindAll(file, options, findings)
  if (bound === undefined && findings.isFull()) return failed(tooManyErrors(findings.last ?? startOf(source)))
  if (bound !== undefined) checkRules(bound, options.catalog, report)
  if (bound === undefined || findings.hasErrors) return failed()
  const plan = makePlan(bound, { source, sources: [...loaded.values()].map((one) => one.source) })
  return { plan, diagnostics: findings.sorted(sources), sources }
}

function bindAll(
  file: PipelineFile,
  { catalog, probe, params: texts, paramsFile }: CompileOptions,
  { report, isFull }: Findings,
): BoundPipeline | undefined {
  const entries = paramsFile === undefined ? [] : readParamsFile(paramsFile, report)
  const params = paramsAreSet(file.spec, { entries, ...(texts === undefined ? {} : { texts }) }, report)
  const counts = { stages: 0, gathered: 0 }
  const bound = bindPipeline(file, { prefix: '', params, seed: 0 }, { catalog, probe, report, isFull, counts })
  return isFull() ? undefined : bound
}

function checkRules(bound: BoundPipeline, catalog: StageCatalog, report: Report): void {
  for (const rule of rules) rule(bound.stages, report, { catalog, spec: bound.spec })
  for (const { pipeline } of bound.stages) if (pipeline !== undefined) checkRules(pipeline, catalog, report)
}

const startOf = (source: Source): SourceSpan => new SourceMap(source).span(0, 1)

/** What has been found, each thing once: the cells of a matrix share their mistakes. */
class Findings {
  readonly #found = new Map<string, Diagnostic>()

  readonly report: Report = (diagnostic) => {
    const { code, message, span } = diagnostic
    const key = `${span.file}:${String(span.offset)}:${String(span.length)}:${code}:${message}`
    if (!this.#found.has(key)) this.#found.set(key, diagnostic)
  }
  readonly isFull = (): boolean => this.#found.size > maxErrors

  get hasErrors(): boolean {
    return [...this.#found.values()].some(({ severity }) => severity === 'error')
  }
  get last(): SourceSpan | undefined {
    return [...this.#found.values()].at(-1)?.span
  }

  /** Errors, or where there are none the warnings, as many as one can read. */
  sorted(sources: readonly Source[]): readonly Diagnostic[] {
    const all = [...this.#found.values()]
    const rank = new Map(sources.map(({ file }, index) => [file, index]))
    const shown = this.hasErrors ? all.filter(({ severity }) => severity === 'error') : all
    const characters = all.filter(({ code }) => aboutCharacters.has(code))
    return shown
      .filter((one) => aboutCharacters.has(one.code) || !followsFrom(characters, one))
      .sort((a, b) => (rank.get(a.span.file) ?? 0) - (rank.get(b.span.file) ?? 0) || a.span.offset - b.span.offset)
      .slice(0, maxErrors)
  }
}

/** A token, or for YAML a line, with a character that nobody sees is wrong because of it, whatever else it seems to be. */
const followsFrom = (characters: readonly Diagnostic[], { code, span }: Diagnostic): boolean =>
  characters.some(({ span: { file, line, offset } }) => {
    if (file !== span.file) return false
    const isInside = offset >= span.offset && offset < span.offset + span.length
    return isInside || (code === 'yaml-is-valid' && line === span.line)
  })

const aboutCharacters: ReadonlySet<string> = new Set(['characters-are-visible', 'text-is-utf-8'])
