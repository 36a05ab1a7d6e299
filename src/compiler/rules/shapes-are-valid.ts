import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import { bracedName, describe, type YamlNode } from '../node.ts'

const code = 'shapes-are-valid'

/** Law: a value has the shape its place wants: a map, text, a number. */
export const wrongShape = (
  node: YamlNode,
  { what, wanted }: { what: string; wanted: string },
  help?: string,
): Diagnostic => {
  const name = bracedName(node)
  const advice = name === undefined ? help : `an expression is written \`"\${${name}}"\``
  return {
    code,
    severity: 'error',
    message: `${what} must be ${wanted}, but this is ${describe(node)}`,
    span: node.span,
    ...(advice === undefined ? {} : { help: advice }),
  }
}

export const missing = (what: string, span: SourceSpan, help: string): Diagnostic => ({
  code,
  severity: 'error',
  message: what,
  span,
  help,
})
