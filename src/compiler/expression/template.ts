/** A text with expressions in it, in order. Offsets count UTF-16 units of the whole text. */
export type TemplatePart = LiteralPart | ExpressionPart
export interface LiteralPart {
  readonly type: 'text'
  readonly text: string
  readonly start: number
  readonly end: number
}
export interface ExpressionPart {
  readonly type: 'expression'
  /** Between the braces. */
  readonly source: string
  /** Where `source` starts. */
  readonly sourceStart: number
  /** From `$` to after `}`. */
  readonly start: number
  readonly end: number
  /** False where the closing brace is missing. */
  readonly closed: boolean
}

/** Splits `text ${expression} text`. `$${` stands for the characters `${`. */
export function splitTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('${', at)
    const isEscaped = open > 0 && text[open - 1] === '$'
    const end = open === -1 ? text.length : isEscaped ? open - 1 : open
    if (end > at) parts.push({ type: 'text', text: text.slice(at, end), start: at, end })
    if (open === -1) break
    if (isEscaped) {
      parts.push({ type: 'text', text: '${', start: open - 1, end: open + 2 })
      at = open + 2
      continue
    }
    const close = closingBrace(text, open + 2)
    const stop = close ?? text.length
    const source = text.slice(open + 2, stop)
    at = close === undefined ? text.length : close + 1
    parts.push({ type: 'expression', source, sourceStart: open + 2, start: open, end: at, closed: close !== undefined })
  }
  return parts
}

/** Whether evaluating the text could change it. */
export const hasExpression = (text: string): boolean => text.includes('${')

/** The brace that closes the one before `from`; braces in nested maps and in quotes are skipped. */
function closingBrace(text: string, from: number): number | undefined {
  const token = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{}]/gs
  token.lastIndex = from
  let depth = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '{') depth++
    else if (found[0] === '}' && depth-- === 0) return found.index
  }
  return undefined
}
