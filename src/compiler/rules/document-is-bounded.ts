import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

const code = 'document-is-bounded'
/** Whether a code says that the file is too much; once is enough. */
export const isBound = (other: string): boolean => other === code
/** Characters. A pipeline of 10,000 stages has about a million. */
export const maxCharacters = 4_000_000
/** Lines. A pipeline of 10,000 stages has about 60,000. */
const maxLines = 100_000
/** Keys and items, by the marks that YAML separates them with; a pipeline of 10,000 stages has about 70,000. */
const maxMarks = 120_000
/** Levels of nesting; real pipelines have fewer than ten. */
export const maxDepth = 100
/** Errors after which the rest of a file is not looked at. */
export const maxErrors = 200
/** Values that all aliases of a file may unfold to. */
export const maxUnfolded = 100_000

/**
 * Law: a pipeline file is small and flat enough to be checked in no time. Asked of the bare text, before it is parsed;
 * the place is where the limit is passed.
 */
export function sizeIsBounded(map: SourceMap): Diagnostic | undefined {
  const { text } = map.source
  if (text.length > maxCharacters) return tooBig(map.span(maxCharacters, 1), maxCharacters, 'characters')
  const line = passes(text, /\n/g, maxLines)
  if (line !== undefined) return tooBig(map.span(line, 1), maxLines, 'lines')
  const mark = passes(text, /[,[{]|:(?=\s)|(?<=[-\s])-(?=\s)/g, maxMarks)
  return mark === undefined ? undefined : tooBig(map.span(mark, 1), maxMarks, 'keys and items')
}

const tooBig = (span: SourceSpan, limit: number, what: string): Diagnostic => ({
  code,
  severity: 'error',
  message: `this file has more than ${String(limit)} ${what}`,
  span,
  help: 'is this a pipeline? data belongs in files of its own, named by a path; a `matrix` repeats a stage',
})

/** Where the match after the `limit`-th stands. */
function passes(text: string, pattern: RegExp, limit: number): number | undefined {
  let count = 0
  for (const { index } of text.matchAll(pattern)) if (++count > limit) return index
  return undefined
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
