import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'

/** Law: a map has each key once. */
export const duplicateKey = (key: string, span: SourceSpan, first: SourceSpan): Diagnostic => ({
  code: 'keys-are-unique',
  severity: 'error',
  message: `\`${key}\` is written twice in this map`,
  span,
  help: 'keep one of the two, or rename one',
  related: [{ message: `\`${key}\` is first written here`, span: first }],
})
