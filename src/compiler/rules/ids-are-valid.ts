import type { Diagnostic } from '../../base/diagnostic.ts'
import type { MapEntry } from '../node.ts'

const pattern = /^[a-z][a-z0-9_-]*$/
/** Words that have a meaning of their own in expressions. */
const reserved = new Set(
  'params matrix inputs outputs env true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

/** Law: ids of stages and parameters can be written in references and expressions. */
export function idIsValid(
  entry: MapEntry,
  what: 'a stage' | 'a parameter' | 'a template' | 'a matrix variable' | 'an input' | 'an output',
): Diagnostic | undefined {
  const { key, keySpan: span } = entry
  if (reserved.has(key)) {
    return {
      code: 'ids-are-valid',
      severity: 'error',
      message: `\`${key}\` has a meaning in expressions, so it cannot name ${what}`,
      span,
      help: `take another name, such as \`${key}-1\``,
    }
  }
  if (pattern.test(key)) return undefined
  const better = key
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '')
  const hint = better === '' ? '' : `, such as \`${better}\``
  return {
    code: 'ids-are-valid',
    severity: 'error',
    message: `\`${key}\` cannot name ${what}`,
    span,
    help: `a name starts with a lower-case letter and goes on with lower-case letters, digits, - or _${hint}`,
  }
}
