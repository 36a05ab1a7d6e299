import type { BoundValue } from '../bound.ts'
import { describe, type MapEntry } from '../node.ts'
import type { Report } from '../report.ts'

const inWords = { number: 'a number', string: 'text', list: 'a list', map: 'a map' } as const

/** Law: `when` is true or false. */
export function conditionIsBoolean({ json, holes }: BoundValue, { value }: MapEntry, report: Report): void {
  const [hole] = holes
  if (hole?.why === 'unknown' || hole?.type === 'any' || hole?.type === 'boolean') return
  if (hole === undefined && typeof json === 'boolean') return
  const computed = value.kind === 'scalar' && typeof value.value === 'string' && value.value.includes('${')
  const is = hole !== undefined ? inWords[hole.type] : computed ? JSON.stringify(json) : describe(value)
  report({
    code: 'conditions-are-boolean',
    severity: 'error',
    message: `\`when\` must be true or false, but this is ${is}`,
    span: value.span,
    help: helpFor(value, computed),
  })
}

function helpFor(node: MapEntry['value'], isComputed: boolean): string {
  const word = node.kind === 'scalar' && typeof node.value === 'string' && !isComputed ? node.value : undefined
  if (word !== undefined && /^(yes|on|y|no|off|n)$/i.test(word)) {
    return `write ${/^(y|on)/i.test(word) ? 'true' : 'false'}: YAML 1.2 reads \`${word}\` as text`
  }
  if (word !== undefined && /[<>=!]/.test(word)) return `an expression stands in braces: \`when: \${${word}}\``
  return 'write a comparison, such as `when: ${params.draws > 8}`'
}
