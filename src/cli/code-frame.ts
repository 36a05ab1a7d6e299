import { eastAsianWidth } from 'get-east-asian-width'

/** A line of a file as a terminal shows it, and the mark that stands under a part of it. */
export interface FramedLine {
  readonly shown: string
  readonly mark: string
}

/** The part of a line to mark, in UTF-16 units from the line's start. */
export interface Token {
  readonly start: number
  readonly length: number
}

/** What of a long line is shown: from a UTF-16 unit on, as many terminal columns. */
export interface Window {
  readonly from: number
  readonly columns: number
}

/** The window in which the token is seen whole, or at least from its start; the start of the line where that fits. */
export function windowFor(line: string, token: Token, columns: number): Window {
  const end = token.start + token.length
  // A line of more than this many units cannot fit, however narrow its characters are.
  const isLong = line.length > 4 * columns || widthOf(line) > columns
  if (!isLong || (end < 4 * columns && widthOf(line.slice(0, end)) < columns)) return { from: 0, columns }
  const from = Math.max(0, token.start - Math.floor(columns / 3))
  return { from: isLowSurrogate(line, from) ? from - 1 : from, columns }
}

/** Lays a line out in a window, with … where it is cut. Without a token the mark is empty. */
export function frameLine(line: string, window: Window, token?: Token): FramedLine {
  const from = isLowSurrogate(line, window.from) ? window.from - 1 : window.from
  const isCutBefore = from > 0 && from < line.length
  let shown = isCutBefore ? '…' : ''
  let columns = shown.length
  let at = isCutBefore ? from + (isLowSurrogate(line, from + 1) ? 2 : 1) : from
  let [before, marked] = [columns, 0]
  for (const character of line.slice(at, from + 4 * window.columns)) {
    const width = widthOfCharacter(character)
    const isLast = at + character.length >= line.length
    if (columns + width > window.columns - (isLast ? 0 : 1)) {
      shown += '…'
      break
    }
    if (token !== undefined && at < token.start) before += width
    else if (token !== undefined && at < token.start + token.length) marked += width
    shown += visible(character)
    columns += width
    at += character.length
  }
  const mark = token === undefined ? '' : ' '.repeat(before) + '^' + '~'.repeat(Math.max(0, marked - 1))
  return { shown, mark }
}

const widthOf = (text: string): number => {
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

function widthOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (/^\p{M}$/u.test(character)) return 0
  return eastAsianWidth(code)
}

/** Tabs and what a terminal would obey or hide take one column each, so that the mark stands under its token. */
const visible = (character: string): string => {
  if (character === '\t' || character === '\r') return ' '
  return /^[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]$/u.test(character) ? '·' : character
}

const isLowSurrogate = (line: string, at: number): boolean => {
  const unit = line.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}
