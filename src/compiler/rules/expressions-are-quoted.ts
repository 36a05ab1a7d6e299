import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

/**
 * Law: inside `{ … }` and `[ … ]` of YAML an expression is quoted, since its braces would be read as YAML's own.
 * Returns the text with each unquoted expression replaced by as many letters, so that the rest can still be read.
 */
export function findUnquotedExpressions(map: SourceMap, text: string): { text: string; diagnostics: Diagnostic[] } {
  if (!text.includes('${')) return { text, diagnostics: [] }
  const diagnostics: Diagnostic[] = []
  let mended = ''
  let copied = 0
  for (const [start, end] of unquotedExpressions(text)) {
    const expression = text.slice(start, end)
    diagnostics.push({
      code: 'expressions-are-quoted',
      severity: 'error',
      message: `an expression inside { } or [ ] needs quotes, since YAML reads its braces as its own`,
      span: map.span(start, end - start),
      help: expression.includes('"') ? `write '${expression}'` : `write "${expression}"`,
    })
    mended += text.slice(copied, start) + 'x'.repeat(end - start)
    copied = end
  }
  return { text: mended + text.slice(copied), diagnostics }
}

/** A small scan of YAML's lexical structure: comments, quotes, block scalars are skipped; brackets are counted. */
function* unquotedExpressions(text: string): Generator<[number, number]> {
  const token = /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[|>][-+\d]*[ \t]*(?:#[^\n]*)?\n|\$\{[^{}\n]*\}|[[{]|[\]}]/gsy
  let depth = 0
  let at = 0
  // Only the first bracket of a line can open a value in block style; asking once a line keeps the scan linear.
  let askedBefore = 0
  while (at < text.length) {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    const head = found?.[0]
    const before = text[at - 1] ?? '\n'
    const opensValue = depth > 0 ? /[\s,[{:]/.test(before) : /[\s]/.test(before)
    if (found === undefined || head === undefined) at++
    else if (found.startsWith('${')) {
      if (depth > 0) yield [at, at + found.length]
      at += found.length
    } else if (head === '[' || head === '{') {
      // In block style a bracket opens a flow collection only at the start of a value.
      const mayOpen = depth > 0 || at > askedBefore
      if (depth === 0 && mayOpen) askedBefore = lineEnd(text, at)
      if (mayOpen && (depth > 0 || startsValue(text, at))) depth++
      at++
    } else if (head === ']' || head === '}') {
      depth = Math.max(0, depth - 1)
      at++
    } else if (!opensValue) at++
    else if (head === '|' || head === '>') at = depth > 0 ? at + 1 : afterBlockScalar(text, at, found.length)
    else if ((head === '"' || head === "'") && depth === 0 && !startsValue(text, at)) at++
    else at += found.length
  }
}

/** Whether only a key, a dash or an anchor stands before on the line. */
function startsValue(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return /^\s*(?:- +)*(?:[^\s#][^#]*:\s+)?(?:[&!]\S*\s+)?$/.test(line)
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}

/** Skips the lines of a block scalar: those indented deeper than the line that opened it. */
function afterBlockScalar(text: string, at: number, length: number): number {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  const indent = /^ */.exec(text.slice(lineStart, at))?.[0].length ?? 0
  let next = at + length
  while (next < text.length) {
    const end = text.indexOf('\n', next)
    const line = text.slice(next, end === -1 ? text.length : end)
    if (line.trim() !== '' && (/^ */.exec(line)?.[0].length ?? 0) <= indent) break
    next += line.length + 1
  }
  return next
}
