import { scanFlow } from './scan-flow.ts'
import type { SourceMap } from './source.ts'
import { lineFrom, shortened, spanOf, type YamlExplanation, type YamlProblem } from './yaml-problem.ts'

export function unclosedQuote({ offset, message }: YamlProblem, map: SourceMap): YamlExplanation {
  const { text } = map.source
  const mark = message.includes('"') ? '"' : "'"
  const found = [...scanFlow(text)].find(({ kind, start }) => kind === 'unclosed-quote' && text[start] === mark)
  return {
    message: 'a quotation mark is never closed',
    help: 'close the text with the same mark',
    span: map.span(found?.start ?? Math.max(0, text.lastIndexOf(mark, offset)), 1),
  }
}

/** The bracket that is open at the place, and what stands there instead of its partner. */
export function unclosedBracket({ offset }: YamlProblem, map: SourceMap): YamlExplanation {
  const { text } = map.source
  const open: number[] = []
  for (const { kind, start } of scanFlow(text)) {
    if (start >= offset) break
    if (kind === 'open') open.push(start)
    else if (kind === 'close') open.pop()
  }
  const start = open.at(-1)
  if (start === undefined)
    return {
      message: 'a bracket is never closed',
      help: 'close the { or [ above, or indent what belongs to it',
      span: map.span(offset, 1),
    }
  const [bracket, partner] = text[start] === '{' ? ['{', '}'] : ['[', ']']
  const found = text.slice(offset).trimStart()[0]
  const at = offset + text.slice(offset).search(/\S|$/)
  if (found === '}' || found === ']')
    return {
      message: `\`${found}\` does not close \`${bracket}\``,
      help: `write \`${partner}\` before it, or in its place`,
      span: map.span(at, 1),
      related: { message: `\`${bracket}\` is opened here`, span: map.span(start, 1) },
    }
  const isEnd = at >= text.length
  return {
    message: `\`${bracket}\` is never closed`,
    help: `close it with \`${partner}\``,
    span: map.span(start, 1),
    ...(isEnd ? {} : { related: { message: `\`${partner}\` is missing before this`, span: map.span(at, 1) } }),
  }
}

/** Something after a closing quotation mark or bracket. */
export function afterValue(problem: YamlProblem, map: SourceMap): YamlExplanation | undefined {
  const before = map.source.text.slice(0, problem.offset).trimEnd()
  const closing = before.at(-1) ?? ''
  if (!/["'\]}]/.test(closing)) return undefined
  const text = shortened(lineFrom(map, problem.offset))
  if (/[\]}]/.test(closing))
    return {
      message: `\`${text}\` stands after a closing bracket`,
      help: 'write a comma and put it inside, or take it away',
      span: spanOf(problem, map),
    }
  const open = before.lastIndexOf(closing, before.length - 2)
  if (open !== -1 && before.slice(open).includes('\n'))
    return {
      message: 'a quotation mark is not closed on its line',
      help: 'close the text with the same mark',
      span: map.span(open, 1),
      related: { message: 'so the text would end here', span: map.span(before.length - 1, 1) },
    }
  const other = closing === '"' ? "'" : '"'
  return {
    message: `\`${text}\` stands after a closing quotation mark`,
    help: `quote the whole text, with ${other} if there is ${closing} in it`,
    span: spanOf(problem, map),
  }
}
