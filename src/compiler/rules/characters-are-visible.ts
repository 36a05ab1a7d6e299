import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

const code = 'characters-are-visible'
const most = 20

/**
 * Law: every character of a pipeline can be seen, so that what people read is what the program reads. YAML forbids most
 * control characters; those that hide (a zero-width space in a name) or turn the text around are refused as well.
 */
export function charactersAreVisible(map: SourceMap): Diagnostic[] {
  const { text } = map.source
  const found: Diagnostic[] = []
  for (const { 0: match, 1: spaces = '', index } of text.matchAll(oddIndentation)) {
    if (found.length >= most) break
    const at = index + match.length - spaces.length
    const character = spaces.charAt(0)
    found.push({
      code,
      severity: 'error',
      message: `${nameOf(character)} is used for indentation, which YAML reads as a part of the key`,
      span: map.span(at, spaces.length),
      help: 'indent with ordinary spaces',
    })
  }
  for (const { 0: character, index } of text.matchAll(hidden)) {
    if (found.length >= most) break
    found.push({
      code,
      severity: 'error',
      message: `${nameOf(character)} stands here, which cannot be seen`,
      span: map.span(index, 1),
      help: helpFor(character),
    })
  }
  return found
}

/** Control characters but tab and line end; a carriage return that ends no line; zero-width and bidirectional marks. */
const hidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff]|\r(?!\n)/g

/** Spaces that YAML does not take for spaces, before a key: copied from a web page or typed with another key held. */
const oddIndentation = /^ *([\u00a0\u3000]+)(?=[ \u00a0\u3000]*[a-z][a-z0-9_-]*:(?:\s|$))/gm

function nameOf(character: string): string {
  const code = character.charCodeAt(0)
  const hex = code.toString(16).toUpperCase().padStart(4, '0')
  return names.has(code) ? `${names.get(code) ?? ''} (U+${hex})` : `the control character U+${hex}`
}

const names: ReadonlyMap<number, string> = new Map([
  [0x00, 'a NUL'],
  [0x08, 'a backspace'],
  [0x0d, 'a carriage return without a line feed'],
  [0x1b, 'an escape character'],
  [0xa0, 'a non-breaking space'],
  [0x3000, 'an ideographic space'],
  [0x200b, 'a zero-width space'],
  [0x2028, 'a line separator'],
  [0x2029, 'a paragraph separator'],
  [0x2060, 'a word joiner'],
  [0xfeff, 'a byte order mark inside the text'],
])

const helpFor = (character: string): string =>
  character === '\r'
    ? 'end lines with LF or CRLF'
    : 'delete it; in a text that needs it, write it as an escape between double quotes: "\\u' +
      `${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}"`
