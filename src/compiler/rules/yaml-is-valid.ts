import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import { explainYaml } from '../explain-yaml.ts'
import type { SourceMap } from '../source.ts'
import type { YamlProblem } from '../yaml-problem.ts'
import { tooDeep } from './document-is-bounded.ts'
import { noTabs } from './no-tabs.ts'

const code = 'yaml-is-valid'

/** Mistakes that stay within one value, so that the parser finds its way again. */
const local: ReadonlySet<string> = new Set([
  'BAD_SCALAR_START',
  'BAD_DQ_ESCAPE',
  'ALIAS_PROPS',
  'BAD_ALIAS',
  'TAG_RESOLVE_FAILED',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_TAGS',
])
const most = 20

/**
 * Law: the file is one YAML 1.2 document. Every indentation by tabs is told, and else the parser's complaints up to the
 * first that the later ones may follow from.
 */
export function syntaxErrors(problems: readonly YamlProblem[], map: SourceMap): Diagnostic[] {
  const sorted = [...problems].sort((a, b) => a.offset - b.offset)
  // The parser is recursive, and says so in its own way.
  const overflow = problems.find(({ message }) => /call stack|too deep/i.test(message))
  if (overflow !== undefined) return [tooDeep(map.span(overflow.offset, 1))]
  const tabs = noTabs(map)
  if (tabs.length > 0 && problems.some((problem) => problem.code === 'TAB_AS_INDENT')) return tabs
  const derails = sorted.findIndex((problem) => !local.has(problem.code))
  const told = derails === -1 ? sorted : sorted.slice(0, derails + 1)
  return told.slice(0, most).map((problem) => {
    const { message, help, span, related } = explainYaml(problem, map)
    const hint = wideSpace(map.source.text, problem.offset)
    const more = related === undefined ? {} : { related: [related] }
    return { code, severity: 'error', message, span, help: hint ?? help, ...more }
  })
}

/** A space that looks like one but is none to YAML, copied from a web page or typed with another key held. */
function wideSpace(text: string, offset: number): string | undefined {
  const end = text.indexOf('\n', offset)
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, end === -1 ? text.length : end)
  const found = /[\u00a0\u3000]/.exec(line)?.[0]
  if (found === undefined) return undefined
  return `this line has ${found === '\u00a0' ? 'a non-breaking' : 'an ideographic'} space; write an ordinary one`
}

/**
 * Law: a file has no directive but `%YAML 1.2`. Returns the text with the others blanked: version 1.1 reads `no` as
 * false, and the rest mean nothing.
 */
export function findDirectives(map: SourceMap, text: string): { text: string; diagnostics: Diagnostic[] } {
  const head = /^(?:[ \t]*(?:#.*)?\r?\n)*%/.test(text) ? (/^---/m.exec(text)?.index ?? text.length) : 0
  const diagnostics: Diagnostic[] = []
  const blanked = text.slice(0, head).replace(/^%.*$/gm, (line: string, offset: number) => {
    if (/^%YAML\s+1\.2\s*$/.test(line)) return line
    const message = `the directive \`${line.trim()}\` has no place in a pipeline`
    const help = 'delete this line; pipelines are YAML 1.2'
    if (diagnostics.length < most)
      diagnostics.push({ code, severity: 'error', message, span: map.span(offset, line.trimEnd().length), help })
    return ' '.repeat(line.length)
  })
  return { text: blanked + text.slice(head), diagnostics }
}

/** Law: values have the types that they show; a tag, but those of YAML's own types, says nothing here. */
export const unknownTag = (tag: string, span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `the tag \`${tag}\` means nothing in a pipeline`,
  span,
  help: 'delete it; a text that begins with ! needs quotes',
})

/** Law: a value does not hold itself. */
export const holdsItself = (name: string, span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `the alias \`*${name}\` stands inside the value that it repeats`,
  span,
  help: 'a value cannot hold itself; write out what is meant',
})

/** Law: a colon stands before a space, or it is a part of a word. */
export const noSpaceAfterColon = (key: string, rest: string, span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `a colon needs a space after it, or \`${key}:${rest}\` is one word`,
  span,
  help: `write \`${key}: ${rest}\``,
})

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
  help: 'lists and maps cannot be keys; an expression is written `"${params.x}"`',
})
