import { Composer, Parser, type CST, type Node } from 'yaml'
import type { YamlProblem } from './yaml-problem.ts'

/** The parser's nodes, and what it complains about. */
export interface ParsedYaml {
  readonly contents: Node | null
  readonly problems: readonly YamlProblem[]
}

/** The library makes an Error of each mistake; a hundred thousand stack traces that nobody reads take seconds. */
export function parseYaml(text: string): ParsedYaml {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return parseText(text)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** As the library's `parseDocument`, but it gives up after a few mistakes: a hostile file could have millions. */
function parseText(text: string): ParsedYaml {
  const composer = new Composer({ uniqueKeys: false, strict: true, version: '1.2' })
  const [first, second] = composer.compose(untilBroken(new Parser().parse(text)), true, text.length)
  const problems = (first?.errors ?? []).map(({ code, message, pos }): YamlProblem => ({
    code,
    message,
    offset: pos[0],
    end: pos[1],
  }))
  if (second === undefined) return { contents: first?.contents ?? null, problems }
  const [offset, end] = [second.range[0], second.range[1]]
  return {
    contents: null,
    problems: [...problems, { code: 'MULTIPLE_DOCS', message: 'several documents', offset, end }],
  }
}

function* untilBroken(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let errors = 0
  for (const token of tokens) {
    if (token.type === 'error' && ++errors > 10) return
    yield token
  }
}
