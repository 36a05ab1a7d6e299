import type { Diagnostic } from '../../base/diagnostic.ts'
import type { MapEntry } from '../node.ts'

const pattern = /^[a-z][a-z0-9_-]*$/
/** Of names that stand only after a dot: capital letters do no harm there. */
const loosePattern = /^[a-z][A-Za-z0-9_-]*$/
/** Words that have a meaning of their own in expressions. */
const reserved = new Set(
  'params matrix inputs outputs env true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

/** Whether a key cannot be written in references, which has been told; what refers to it is not wrong besides. */
export const isOddId = (key: string): boolean => !loosePattern.test(key)

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
  const isLoose = what === 'a parameter' || what === 'a matrix variable'
  if ((isLoose ? loosePattern : pattern).test(key)) return undefined
  const better = key
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
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
    help: `a name starts with a lower-case letter and goes on with ${isLoose ? '' : 'lower-case '}letters, digits, - or _${hint}`,
  }
}
