import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'

/**
 * Law: a number is finite, and a whole number is held to its last digit: what JSON can carry into a cache key and a
 * record. `written` is the number as it stands in the file.
 */
export function numberIsExact(value: number, written: string, span: SourceSpan): Diagnostic | undefined {
  const base = { code: 'numbers-are-exact', severity: 'error', span } as const
  if (!Number.isFinite(value)) {
    return {
      ...base,
      message: `\`${shortened(written)}\` is no number that can be computed with`,
      help: Number.isNaN(value) ? 'write a number' : 'the largest number is about 1.8e308',
    }
  }
  if (!/^[+-]?(?:\d+|0x[\da-f]+|0o[0-7]+)$/i.test(written) || Number.isSafeInteger(value)) return undefined
  return {
    ...base,
    message: `the whole number \`${shortened(written)}\` is too large to be exact`,
    help: 'whole numbers reach to 9007199254740991; put it in quotes if it is text, or write 1e20 for a rough number',
  }
}

const shortened = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 40)}…`)
