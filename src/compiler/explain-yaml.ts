import type { SourceSpan } from '../base/diagnostic.ts'
import { afterValue, unclosedBracket, unclosedQuote } from './explain-pairs.ts'
import type { SourceMap } from './source.ts'
import { lineEnd, lineFrom, shortened, spanOf, type YamlExplanation, type YamlProblem } from './yaml-problem.ts'

/** The parser's words are for those who know its grammar; none of them is passed on. */
export function explainYaml(problem: YamlProblem, map: SourceMap): YamlExplanation {
  const explanation = explainers.get(problem.code)?.(problem, map)
  if (explanation !== undefined) return explanation
  const message = `this is no YAML: \`${shortened(lineFrom(map, problem.offset))}\` cannot stand here`
  return { message, help: quoting, span: spanOf(problem, map) }
}

const quoting = 'text with : { } [ ] # & * ! | > % @ ` or quotes in it needs quotes'

type Explainer = (problem: YamlProblem, map: SourceMap) => YamlExplanation | undefined

const explainers: ReadonlyMap<string, Explainer> = new Map<string, Explainer>([
  ['MISSING_CHAR', missingCharacter],
  ['MULTILINE_IMPLICIT_KEY', noColon],
  ['BLOCK_AS_IMPLICIT_KEY', secondColon],
  ['BAD_INDENT', badIndent],
  ['BLOCK_IN_FLOW', missingComma],
  ['UNEXPECTED_TOKEN', unexpected],
  ['BAD_SCALAR_START', badStart],
  ['BAD_DQ_ESCAPE', badEscape],
  ['MULTIPLE_DOCS', secondDocument],
  [
    'BAD_ALIAS',
    (problem, map) => ({
      message: 'a name is missing after this sign',
      help: 'a value that starts with * refers to an anchor, and & makes one; quote it if it is text',
      span: starOf(problem, map),
    }),
  ],
  ['ALIAS_PROPS', said('an alias has no anchor or tag of its own', 'write `*name` alone')],
  ['MULTIPLE_ANCHORS', said('a value has one anchor', 'keep one `&name`')],
  ['MULTIPLE_TAGS', said('a value has one tag', 'delete the tags; a text that begins with ! needs quotes')],
  [
    'TAG_RESOLVE_FAILED',
    said('this tag means nothing in a pipeline', 'delete it; a text that begins with ! needs quotes'),
  ],
  ['BAD_PROP_ORDER', said('an anchor or tag stands after the sign, not before it', 'write `- &name value`')],
  ['KEY_OVER_1024_CHARS', said('a key has at most 1024 characters', 'take a shorter name')],
  ['BAD_DIRECTIVE', said('this directive has no place in a pipeline', 'delete this line; pipelines are YAML 1.2')],
])

function said(message: string, help: string): Explainer {
  return (problem, map) => ({ message, help, span: spanOf(problem, map) })
}

const starOf = (problem: YamlProblem, map: SourceMap): SourceSpan => {
  const at = map.source.text.slice(0, problem.offset + 1).search(/[*&][^*&]*$/)
  return map.span(at === -1 ? problem.offset : at, 1)
}

/** What is missing, by the beginning of the parser's message. */
const missing: readonly (readonly [RegExp, Explainer])[] = [
  [/quote/, unclosedQuote],
  [/^Comments/, said('a comment begins with a space before its #', 'put a space before #, or quotes around the text')],
  [/^Missing space after :/, said('a colon needs a space after it', 'write `key: value`')],
  [/^Missing ,/, said('a comma is missing before this', 'inside { } and [ ] entries are separated by commas')],
  [
    /^Sequence item/,
    said('this line is no item of the list above', 'begin it with `- `, or give it the indentation of a key'),
  ],
  [
    /directives-end/,
    said(
      'after `%YAML 1.2` the document begins with `---`',
      'write `---` on a line before this, or delete the directive',
    ),
  ],
  [/^Tags and anchors/, said('a space is missing after this anchor or tag', 'write `&name value`')],
  [/(?:expected|must).*flow|flow.*(?:expected|must)|sufficiently indented/i, unclosedBracket],
  [/^Implicit map keys/, noColon],
]

function missingCharacter(problem: YamlProblem, map: SourceMap): YamlExplanation | undefined {
  return missing.find(([pattern]) => pattern.test(problem.message))?.[1](problem, map)
}

/** A line that stands where a key does and is none. */
function noColon(problem: YamlProblem, map: SourceMap): YamlExplanation {
  const line = shortened(lineFrom(map, problem.offset))
  const span = spanOf(problem, map)
  const [, key, rest] = /^([\w-]+):(\S.*)$/.exec(line) ?? []
  if (key === undefined || rest === undefined)
    return {
      message: `\`${line.split(/:(?=\s|$)/)[0] ?? line}\` has no colon, so it is no key`,
      help: 'write `key: value`',
      span,
    }
  const message = `a colon needs a space after it, or \`${key}:${rest}\` is one word`
  return { message, help: `write \`${key}: ${rest}\``, span }
}

/** Either two keys on one line, or lines below a value that are indented as if they belonged to it. */
function secondColon(problem: YamlProblem, map: SourceMap): YamlExplanation {
  const { text } = map.source
  if (/sequence/i.test(problem.message)) return badIndent(problem, map)
  const end = lineEnd(text, problem.offset)
  const colon = /:(?=\s|$)/.exec(text.slice(problem.offset, end))
  if (colon !== null) {
    const key = /^\s*(?:- )*([\w-]+):/.exec(text.slice(text.lastIndexOf('\n', problem.offset - 1) + 1, end))?.[1]
    const value = text.slice(problem.offset, end).trim()
    const quoted =
      key === undefined || value.includes('"') ? 'quote the text' : `quote the text: \`${key}: "${shortened(value)}"\``
    return {
      message: 'a second `: ` on one line',
      help: `put the inner map on a line of its own, or ${quoted}`,
      span: map.span(problem.offset + colon.index, 1),
    }
  }
  const next = /\n[ \t]*([^\s#])/.exec(text.slice(end))
  const at = next === null ? problem.offset : end + next.index + next[0].length - 1
  return {
    message: 'this line is indented deeper than the line above, which has a value already',
    help: 'give all keys of one map the same indentation',
    span: map.span(at, /^\S[^:\n]*/.exec(text.slice(at))?.[0].length ?? 1),
  }
}

function badIndent(problem: YamlProblem, map: SourceMap): YamlExplanation {
  const { text } = map.source
  if (/flow/i.test(problem.message)) return unclosedBracket(problem, map)
  const line = lineFrom(map, problem.offset)
  const at = problem.offset + (/^\s*/.exec(text.slice(problem.offset))?.[0].length ?? 0)
  const span = map.span(at, /^(?:- )?[^:\s]*/.exec(text.slice(at))?.[0].length ?? 1)
  if (problem.message.startsWith('Block scalars'))
    return {
      message: 'an empty line of this text is indented deeper than its first line',
      help: 'take the spaces of that line away',
      span,
    }
  if (/sequence/i.test(problem.message))
    return {
      message: 'this item is not aligned with the items of its list',
      help: 'put all dashes of one list below each other',
      span,
    }
  const help = /:(?=\s|$)/.test(line)
    ? 'give all keys of one map the same indentation'
    : 'give all keys of one map the same indentation, and the lines of a text below | or > at least that of its first'
  return { message: 'this line is not aligned with the lines of its map', help, span }
}

/** `{ use: model with: { … } }`: the second key has run into the first value. */
function missingComma({ offset, end }: YamlProblem, map: SourceMap): YamlExplanation {
  const inside = map.source.text.slice(offset, end)
  const [, before = '', key] = /^([^]*?\s)([\w-]+):(?:\s|$)/.exec(inside) ?? []
  const help = 'inside { } and [ ] entries are separated by commas'
  if (key !== undefined)
    return { message: `a comma is missing before \`${key}\``, help, span: map.span(offset + before.length, key.length) }
  const second = /^[^\n]*?:(?=\s)/.exec(inside)?.[0].length
  if (second !== undefined)
    return { message: 'a second `: ` in one entry', help: 'quote the text', span: map.span(offset + second - 1, 1) }
  return {
    message: 'a block of lines cannot stand inside { } or [ ]',
    help,
    span: spanOf({ code: '', message: '', offset, end }, map),
  }
}

function unexpected(problem: YamlProblem, map: SourceMap): YamlExplanation | undefined {
  const { message } = problem
  const token = map.source.text[problem.offset] ?? ''
  if (message.startsWith('Block scalar header')) {
    const before = map.source.text.slice(0, problem.offset)
    const sign = before.at(before.search(/[|>][^|>]*$/)) ?? '|'
    return said(
      `\`${sign}\` begins a text on the lines below; nothing else may follow it here`,
      'put the text on the next lines, indented, or in quotes',
    )({ ...problem, end: lineEnd(map.source.text, problem.offset) }, map)
  }
  if (/^Unexpected (?:,|empty item)/.test(message))
    return said('nothing stands before this comma', 'take the comma away, or write the entry that is missing')(
      problem,
      map,
    )
  if (/flow-(?:map|seq)-end|flow-error-end/.test(message) || /^[}\]]/.test(token))
    return said(`\`${token}\` closes nothing`, 'take it away, or open a bracket before it')(
      { ...problem, end: problem.offset + 1 },
      map,
    )
  if (/[[{]/.test(token) && /[\w-]$/.test(map.source.text.slice(Math.max(0, problem.offset - 1), problem.offset)))
    return said(`a text with \`${token}\` in it needs quotes inside { } and [ ]`, 'put the whole text in quotes')(
      { ...problem, end: problem.offset + 1 },
      map,
    )
  if (message.includes('block-seq-ind'))
    return said('a list begins on a line of its own', 'put `- ` on the next line, indented, or write `[item, item]`')(
      problem,
      map,
    )
  return message.includes('at node end') ? afterValue(problem, map) : undefined
}

function badStart(problem: YamlProblem, map: SourceMap): YamlExplanation {
  const sign = map.source.text[problem.offset] ?? ''
  const word = /^[^\s,}\]]+/.exec(map.source.text.slice(problem.offset))?.[0] ?? sign
  return {
    message: `a value cannot start with ${sign === '`' ? 'a backtick' : `\`${sign}\``}`,
    help: `put it in quotes: "${shortened(word)}"`,
    span: map.span(problem.offset, word.length),
  }
}

function badEscape(problem: YamlProblem, map: SourceMap): YamlExplanation {
  const escape = map.source.text.slice(problem.offset, problem.offset + 2)
  return {
    message: `\`${escape}\` means nothing between double quotes`,
    help: 'write single quotes, between which a backslash is a backslash, or double it; paths have /',
    span: map.span(problem.offset, 2),
  }
}

function secondDocument({ offset }: YamlProblem, map: SourceMap): YamlExplanation {
  const help = 'a pipeline file holds one document'
  if (map.source.text.startsWith('---', offset))
    return { message: 'a second document starts here (`---`)', help, span: map.span(offset, 3) }
  const span = map.span(offset, lineFrom(map, offset).length)
  return { message: 'what stands after `...` is a second document', help, span }
}
