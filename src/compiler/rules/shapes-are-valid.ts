import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import { describe, type YamlNode } from '../node.ts'

const code = 'shapes-are-valid'

/** Law: a value has the shape its place wants: a map, text, a number. */
export const wrongShape = (
  node: YamlNode,
  { what, wanted }: { what: string; wanted: string },
  help?: string,
): Diagnostic => ({
  code,
  severity: 'error',
  message: `${what} must be ${wanted}, but this is ${describe(node)}`,
  span: node.span,
  ...(help === undefined ? {} : { help }),
})

export const missing = (what: string, span: SourceSpan, help: string): Diagnostic => ({
  code,
  severity: 'error',
  message: what,
  span,
  help,
})
