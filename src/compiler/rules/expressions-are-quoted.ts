import type { Diagnostic } from '../../base/diagnostic.ts'
import { scanFlow } from '../scan-flow.ts'
import type { SourceMap } from '../source.ts'

const code = 'expressions-are-quoted'

/**
 * Law: an expression is quoted inside `{ … }` and `[ … ]` of YAML, since its braces would be read as YAML's own, and
 * wherever it holds `: ` or ` #`, which would be read as a key or a comment.
 * Returns the text with each unquoted expression replaced by as many letters, so that the rest can still be read.
 */
export function findUnquotedExpressions(map: SourceMap, text: string): { text: string; diagnostics: Diagnostic[] } {
  if (!text.includes('${')) return { text, diagnostics: [] }
  const diagnostics: Diagnostic[] = []
  let mended = ''
  let copied = 0
  for (const { kind, start, end, depth } of scanFlow(text)) {
    if (kind !== 'expression') continue
    const expression = text.slice(start, end)
    const sign = depth > 0 ? undefined : signIn(expression)
    if (depth === 0 && sign === undefined) continue
    mended += text.slice(copied, start) + 'x'.repeat(end - start)
    copied = end
    // That there are no comments in expressions is told of the expression itself.
    if (sign === '#' && signIn(withoutTexts(expression)) === '#') continue
    diagnostics.push({
      code,
      severity: 'error',
      message:
        sign === undefined
          ? `an expression inside { } or [ ] needs quotes, since YAML reads its braces as its own`
          : `an expression with \`${sign === ':' ? ': ' : ' #'}\` in it needs quotes, since YAML reads that as its own`,
      span: map.span(start, end - start),
      help: isAlone(text, start, end)
        ? `write ${expression.includes('"') ? `'${expression}'` : `"${expression}"`}`
        : 'put the whole text in quotes',
    })
  }
  return { text: mended + text.slice(copied), diagnostics }
}

/** What YAML would read as a key or as a comment. */
const signIn = (expression: string): string | undefined => /:(?=\s)|(?<=\s)#/.exec(expression)?.[0]
const withoutTexts = (expression: string): string => expression.replace(/"[^"]*"|'[^']*'/g, "''")

/** Whether an expression is the whole of a value. */
const isAlone = (text: string, start: number, end: number): boolean =>
  /(?:^|[[{,:-])\s*$/.test(text.slice(text.lastIndexOf('\n', start) + 1, start)) &&
  /^[ \t]*(?:[,\]}\r\n]|#|$)/.test(text.slice(end, end + 200))
