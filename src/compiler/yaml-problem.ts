import type { Diagnostic, SourceSpan } from '../base/diagnostic.ts'
import type { SourceMap } from './source.ts'

/** What the YAML parser complained about. Offsets in UTF-16 units. */
export interface YamlProblem {
  readonly code: string
  readonly message: string
  readonly offset: number
  readonly end: number
}

/** A mistake of syntax in our words, at the token that is to be changed. */
export interface YamlExplanation {
  readonly message: string
  readonly help: string
  readonly span: SourceSpan
  readonly related?: NonNullable<Diagnostic['related']>[number]
}

/** Within its first line. */
export const spanOf = ({ offset, end }: YamlProblem, map: SourceMap): SourceSpan =>
  map.span(offset, Math.min(end, lineEnd(map.source.text, offset)) - offset)

/** The rest of a line. */
export const lineFrom = ({ source: { text } }: SourceMap, offset: number): string =>
  text.slice(offset, lineEnd(text, offset)).trim()
export const shortened = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 40)}…`)
export const lineEnd = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}
