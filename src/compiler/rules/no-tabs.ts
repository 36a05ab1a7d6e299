import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

const most = 20

/** Law: YAML is indented by spaces. One finding a line, for the first lines. */
export function noTabs(map: SourceMap): Diagnostic[] {
  const found = [...map.source.text.matchAll(/^( *)(\t+)/gm)].slice(0, most)
  return found.map((match) => ({
    code: 'no-tabs',
    severity: 'error',
    message: 'a tab is used for indentation, which YAML does not allow',
    span: map.span(match.index + (match[1] ?? '').length, (match[2] ?? '').length),
    help: 'indent with two spaces; most editors can convert tabs in this file',
  }))
}
