import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

const code = 'document-is-bounded'
/** Whether a code says that the file is too much; once is enough. */
export const isBound = (other: string): boolean => other === code
/** Characters. A pipeline of 10,000 stages has about a million. */
export const maxCharacters = 4_000_000
/** Levels of nesting; real pipelines have fewer than ten. */
export const maxDepth = 100
/** Errors after which the rest of a file is not looked at. */
export const maxErrors = 200
/** Values that all aliases of a file may unfold to. */
export const maxUnfolded = 100_000

/** Law: a pipeline file is small and flat enough to be checked in no time. */
export function sizeIsBounded(map: SourceMap): Diagnostic | undefined {
  const { length } = map.source.text
  if (length <= maxCharacters) return undefined
  return {
    code,
    severity: 'error',
    message: `this file has ${String(length)} characters; a pipeline may have ${String(maxCharacters)}`,
    span: map.span(0, 1),
    help: 'is this a pipeline? data belongs in files of its own, named by a path',
  }
}

export const tooDeep = (span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `values are nested more than ${String(maxDepth)} deep`,
  span,
  help: 'pipelines are flat: move the inner part into a stage of its own',
})

export const unfoldsTooMuch = (span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `the aliases (*name) of this file unfold to more than ${String(maxUnfolded)} values`,
  span,
  help: 'an alias that repeats aliases grows exponentially; write the value where it is used',
})

export const tooManyErrors = (span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `there are more than ${String(maxErrors)} errors; what comes after is not checked`,
  span,
  help: 'mend these and check again',
})
