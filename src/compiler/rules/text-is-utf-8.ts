import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

const code = 'text-is-utf-8'
const most = 20
const help = 'save the file as UTF-8; editors list it under encodings'

/**
 * Law: a pipeline file is UTF-8. Reading has turned each wrong byte into U+FFFD, which stands in no file on purpose; one
 * that does stand there is what an earlier conversion left.
 */
export function textIsUtf8(map: SourceMap): Diagnostic[] {
  const { text } = map.source
  if (isUtf16(map))
    return [{ code, severity: 'error', message: 'this file is UTF-16, not UTF-8', span: map.span(0, 1), help }]
  const found: Diagnostic[] = []
  for (const { 0: run, index } of text.matchAll(/\uFFFD+/g)) {
    if (found.length >= most) break
    const message = run.length === 1 ? 'this byte is not UTF-8' : 'these bytes are not UTF-8'
    found.push({ code, severity: 'error', message, span: map.span(index, run.length), help })
  }
  return found
}

/** UTF-16 read as UTF-8: a broken byte order mark, and every other byte of English text is NUL. */
export const isUtf16 = ({ source: { text } }: SourceMap): boolean =>
  /^(?:\uFFFD\uFFFD)?(?:\0[^\0]\0[^\0]|[^\0]\0[^\0]\0)/.test(text)
