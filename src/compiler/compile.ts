import type { Diagnostic } from '../base/diagnostic.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { bind, type Probe } from './bind.ts'
import { readDocument } from './document.ts'
import { makePlan } from './make-plan.ts'
import type { Plan } from './plan.ts'
import { readSeed } from './read-seed.ts'
import { readSpec } from './read-spec.ts'
import { maxErrors, tooManyErrors } from './rules/document-is-bounded.ts'
import { rules } from './rules/index.ts'
import { paramsAreSet } from './rules/params-are-set.ts'
import type { Source } from './source.ts'

export interface CompileOptions {
  readonly catalog: StageCatalog
  /** Values from the command line, as text, by parameter name. */
  readonly params?: Readonly<Record<string, string>>
  /** What lies at an absolute path: the only question asked of the world. */
  readonly probe: Probe
}

/** A plan with warnings, or else errors: advice is for a file that is right. Sorted by place. */
export interface Compiled {
  readonly plan?: Plan
  readonly diagnostics: readonly Diagnostic[]
}

/** Text in, plan or diagnostics out: parse → check → plan. Pure but for `probe`; finds all errors in one pass. */
export function compile(source: Source, { catalog, params: overrides = {}, probe }: CompileOptions): Compiled {
  const found: Diagnostic[] = []
  const report = (diagnostic: Diagnostic): void => void found.push(diagnostic)

  const document = readDocument(source)
  document.diagnostics.forEach(report)
  const isUnreadable = document.root === undefined && found.length > 0
  const spec = isUnreadable ? undefined : readSpec(document.root, document.map.span(0, 1), report)
  if (spec === undefined) return { diagnostics: sorted(found) }

  const params = paramsAreSet(spec, overrides, report)
  const seed = readSeed(spec, params, report)
  const stages = bind(spec, {
    file: source.file,
    catalog,
    params,
    probe,
    report,
    isFull: () => found.length > maxErrors,
  })
  if (stages === undefined)
    return {
      diagnostics: [...sorted(found).slice(0, maxErrors), tooManyErrors(found.at(-1)?.span ?? document.map.span(0, 1))],
    }
  for (const rule of rules) rule(stages, report, { catalog, spec })

  const errors = found.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { diagnostics: sorted(errors).slice(0, maxErrors) }
  return { plan: makePlan(spec, stages, { source, params, seed }), diagnostics: sorted(found).slice(0, maxErrors) }
}

const sorted = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  [...diagnostics].sort((a, b) => a.span.offset - b.span.offset)
