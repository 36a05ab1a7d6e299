import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { ExpressionProblem } from '../expression/problem.ts'
import { spanInside, type ScalarNode } from '../node.ts'
import { suggest } from '../report.ts'

const code = 'expressions-are-valid'

/** Law: every `${…}` parses, names what exists, and has fitting types. `from` is the offset of its source in the text. */
export function invalidExpression(problem: ExpressionProblem, node: ScalarNode, from: number): Diagnostic {
  const { known } = problem
  const help =
    known === undefined ? problem.help : suggest(didYouMean(known.word, known.names), known.names, known.what)
  const span = spanInside(node, from + problem.start, problem.end - problem.start)
  return { code, severity: 'error', message: problem.message, span, ...(help === undefined ? {} : { help }) }
}

/** An expression that is right but whose value is not, such as a division by zero. */
export const noValue = (
  message: string,
  node: ScalarNode,
  part: { readonly start: number; readonly end: number },
): Diagnostic => ({
  code,
  severity: 'error',
  message,
  span: spanInside(node, part.start, part.end - part.start),
  help: 'the value of an expression is a finite number, text, true or false, a list or a map',
})

export const unclosed = (node: ScalarNode, start: number): Diagnostic => ({
  code,
  severity: 'error',
  message: '`${` is never closed by `}`',
  span: spanInside(node, start, 2),
  help: 'write `${expression}`; `$${` stands for the characters themselves',
})

/** An expression that needs a stage's output where the value must be known before anything runs. */
export const mustBeKnown = (what: string, node: { readonly span: Diagnostic['span'] }): Diagnostic => ({
  code,
  severity: 'error',
  message: `${what} must be known before anything runs, but this waits for a stage`,
  span: node.span,
  help: 'use a parameter (`${params.x}`) or write the value',
})
