import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'
import { tooDeep } from './document-is-bounded.ts'
import { noTabs } from './no-tabs.ts'

const code = 'yaml-is-valid'

/** What the YAML parser complained about. Offsets in UTF-16 units. */
export interface YamlProblem {
  readonly code: string
  readonly message: string
  readonly offset: number
  readonly end: number
}

/**
 * Law: the file is one YAML 1.2 document. Every indentation by tabs is told, and else the parser's first complaint:
 * the later ones follow from it.
 */
export function syntaxErrors(problems: readonly YamlProblem[], map: SourceMap): Diagnostic[] {
  const [first] = [...problems].sort((a, b) => a.offset - b.offset)
  if (first === undefined) return []
  // The parser is recursive, and says so in its own way.
  const overflow = problems.find(({ message }) => /call stack|too deep/i.test(message))
  if (overflow !== undefined) return [tooDeep(map.span(overflow.offset, 1))]
  const tabs = noTabs(map)
  if (tabs.length > 0 && problems.some((problem) => problem.code === 'TAB_AS_INDENT')) return tabs
  const { message, help, span } = explain(first, map)
  const hint = wideSpace(map.source.text, first.offset)
  return [{ code, severity: 'error', message, span, help: hint ?? help }]
}

/** A space that looks like one but is none to YAML, copied from a web page or typed with another key held. */
function wideSpace(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, lineEnd(text, offset))
  const found = /[\u00a0\u3000]/.exec(line)?.[0]
  if (found === undefined) return undefined
  return `this line has ${found === '\u00a0' ? 'a non-breaking' : 'an ideographic'} space; write an ordinary one`
}

interface Explanation {
  readonly message: string
  readonly help: string
  readonly span: SourceSpan
}

function explain(problem: YamlProblem, map: SourceMap): Explanation {
  const { text } = map.source
  const span = map.span(problem.offset, Math.min(problem.end, lineEnd(text, problem.offset)) - problem.offset)
  const line = text.slice(problem.offset, lineEnd(text, problem.offset)).trim()
  switch (problem.code) {
    case 'MISSING_CHAR':
      return problem.message.includes('quote')
        ? {
            message: 'a quotation mark is never closed',
            help: 'close the text with the same mark',
            span: openQuote(map, problem.offset) ?? span,
          }
        : { message: `\`${line}\` has no colon, so it is no key`, help: 'write `key: value`', span }
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        message: `\`${line.split(':')[0] ?? line}\` has no colon, so it is no key`,
        help: 'write `key: value`',
        span,
      }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second `: ` on one line',
        help: 'put the inner map on a line of its own, or quote the text',
        span,
      }
    case 'BAD_INDENT':
      return problem.message.startsWith('Flow')
        ? { message: 'a bracket is never closed', help: 'close the { or [ above, or indent what belongs to it', span }
        : {
            message: 'this line is not aligned with the lines of its map',
            help: 'give all keys of one map the same indentation',
            span,
          }
    case 'MULTIPLE_DOCS':
      return {
        message: 'a second document starts here (`---`)',
        help: 'a pipeline file holds one document',
        span: map.span(problem.offset, 3),
      }
    default:
      return {
        message: `this is no YAML: ${lowerFirst(problem.message)}`,
        help: 'text with : { } [ ] # & * or quotes in it needs quotes',
        span,
      }
  }
}

/** Where an unclosed quotation mark was opened: the last one that starts a value. */
function openQuote(map: SourceMap, before: number): SourceSpan | undefined {
  const starts = [...map.source.text.slice(0, before).matchAll(/(?:^|[\s:[{,-])(["'])/gm)]
  const last = starts.at(-1)
  return last === undefined ? undefined : map.span(last.index + last[0].length - 1, 1)
}

export const unknownAnchor = (name: string, span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `there is no anchor \`&${name}\` before this alias`,
  span,
  help: 'a value that starts with * refers to an anchor; quote it if it is text',
})

export const keyIsNoText = (span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: 'a key must be text',
  span,
  help: 'lists and maps cannot be keys; an expression as a key needs quotes',
})

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
const lineEnd = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}
