import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import type { Json } from '../../base/json.ts'
import { describe, type YamlNode } from '../node.ts'
import { quantityInWords, type QuantityError } from '../quantity.ts'
import { suggest } from '../report.ts'

const code = 'units-are-valid'

/** Law: a duration has a unit of time, a size a unit of bytes, and a count none. */
export const wrongQuantity = (
  name: string,
  { span, value, error }: { span: SourceSpan; value: Json; error: QuantityError },
): Diagnostic => ({
  code,
  severity: 'error',
  message: `\`${name}\` must be ${error.wanted}, but this is ${inWords(value)}`,
  span,
  help: error.help,
})

export function wrongCount(
  name: string,
  { span, least, value }: { span: SourceSpan; least: number; value?: Json },
): Diagnostic {
  const written = typeof value === 'string' ? value : ''
  const unit = quantityInWords(written)
  const help =
    unit === undefined
      ? `write \`${name}: ${String(Math.max(1, least, countIn(value)))}\``
      : `\`${written}\` is a ${unit}; \`${name}\` is a count`
  return {
    code,
    severity: 'error',
    message:
      value === undefined
        ? `\`retry\` needs \`${name}\``
        : `\`${name}\` must be a whole number of at least ${String(least)}, but this is ${inWords(value)}`,
    span,
    help,
  }
}

/** The number in `2 cores`, or next to 1.5. */
const countIn = (value: Json | undefined): number => {
  const number = typeof value === 'string' ? Number(/^\d{1,9}(?=\s|$)/.exec(value)?.[0] ?? 0) : Number(value ?? 0)
  return Number.isFinite(number) ? Math.min(Math.ceil(number), Number.MAX_SAFE_INTEGER) : 0
}

export function wrongWord(name: string, { node, words }: { node: YamlNode; words: readonly string[] }): Diagnostic {
  const word = node.kind === 'scalar' ? String(node.value) : ''
  const is = node.kind === 'scalar' ? inWords(node.value) : describe(node)
  return {
    code,
    severity: 'error',
    message: `\`${name}\` must be one of ${words.join(', ')}, but this is ${is}`,
    span: node.span,
    help: suggest(didYouMean(word, words), words, 'values'),
  }
}

function inWords(value: Json): string {
  if (value === null) return 'nothing'
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a map'
  return typeof value === 'string' ? `\`${value.length > 40 ? `${value.slice(0, 40)}…` : value}\`` : String(value)
}
