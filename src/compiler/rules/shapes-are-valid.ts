import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import { bracedName, describe, type MapEntry, type ScalarNode, type YamlNode } from '../node.ts'

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

/** A template, with its `use`, where a map of them by name is wanted. */
export const templateNeedsName = ({ key, keySpan }: MapEntry, use: ScalarNode): Diagnostic => {
  const kind = String(use.value)
  return missing(
    `\`${key}\` takes templates by name, but this is one without`,
    keySpan,
    `write \`${key}: { ${/^[\w-]+$/.test(kind) ? kind : 'name'}: { use: ${kind}, … } }\``,
  )
}

/** Templates by name, where one is wanted. */
export const templateHasName = ({ key }: MapEntry, named: MapEntry): Diagnostic =>
  missing(
    `\`${key}\` takes one template, without a name`,
    named.keySpan,
    `leave \`${named.key}\` out: \`${key}: { use: kind, with: { … } }\``,
  )
