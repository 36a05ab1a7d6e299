import { relative } from 'node:path'
import pico from 'picocolors'
import type { Diagnostic, SourceSpan } from '../base/diagnostic.ts'
import { frameLine, windowFor } from './code-frame.ts'

export interface PrintOptions {
  /** The text of a file, if it can be shown; diagnostics hold places only. */
  readonly textOf: (file: string) => string | undefined
  /** Files below it are named relative to it. */
  readonly cwd: string
  readonly color: boolean
  /** Of the terminal; a line of the file is cut to fit. Default 160. */
  readonly columns?: number
}

type Colors = ReturnType<typeof pico.createColors>

/** One diagnostic for people: where, what, the lines around it with the token underlined, what to do, related places. */
export function printDiagnostic(diagnostic: Diagnostic, options: PrintOptions): string {
  const colors = pico.createColors(options.color)
  const paint = diagnostic.severity === 'error' ? colors.red : colors.yellow
  const head = `${place(diagnostic.span, options)} ${paint(colors.bold(`${diagnostic.severity}[${diagnostic.code}]`))}: ${colors.bold(oneLine(diagnostic.message))}`
  const related = (diagnostic.related ?? []).flatMap(({ message, span }) => [
    `  ${colors.cyan('note')}: ${place(span, options)} ${oneLine(message)}`,
    ...frame(span, { options, colors, paint: colors.cyan, around: 0 }),
  ])
  const help = diagnostic.help === undefined ? [] : [`  ${colors.green('help')}: ${oneLine(diagnostic.help)}`]
  return [head, ...frame(diagnostic.span, { options, colors, paint, around: 2 }), ...help, ...related, ''].join('\n')
}

/** All of them, and a closing line that counts. Empty for none. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], options: PrintOptions): string {
  if (diagnostics.length === 0) return ''
  const shown = diagnostics.map((diagnostic) => printDiagnostic(diagnostic, options))
  return `${shown.join('\n')}\n${summary(diagnostics)}\n`
}

export function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.length - errors
  const count = (number: number, word: string): string[] =>
    number === 0 ? [] : [`${String(number)} ${word}${number === 1 ? '' : 's'}`]
  return [...count(errors, 'error'), ...count(warnings, 'warning')].join(', ')
}

function place({ file, line, column }: SourceSpan, { cwd }: PrintOptions): string {
  return `${nameOf(file, cwd)}:${String(line)}:${String(column)}:`
}

/** Relative to the folder the user is in, unless the file lies outside. */
export function nameOf(file: string, cwd: string): string {
  const name = relative(cwd, file)
  return name === '' || name.startsWith('..') ? file : name
}

interface FrameOptions {
  readonly options: PrintOptions
  readonly colors: Colors
  readonly paint: (text: string) => string
  /** Lines of context before and after. */
  readonly around: number
}

const defaultColumns = 160
/** Below this nothing useful could be shown. */
const fewestColumns = 40
/** Characters of a message; it may quote the file. */
const longest = 600

function frame(span: SourceSpan, { options, colors, paint, around }: FrameOptions): string[] {
  const text = options.textOf(span.file)
  if (text === undefined || text === '') return []
  const lines = linesOf(text)
  const first = Math.max(1, span.line - around)
  const last = Math.min(lines.at(-1) === '' ? lines.length - 1 : lines.length, span.line + around)
  const gutter = String(last).length
  const columns = Math.max(fewestColumns, options.columns ?? defaultColumns) - gutter - 5
  const token = { start: span.column - 1, length: span.length }
  const window = windowFor(lines[span.line - 1] ?? '', token, columns)
  return lines.slice(first - 1, Math.max(last, span.line)).flatMap((line, index) => {
    const number = first + index
    const framed = frameLine(line, window, number === span.line ? token : undefined)
    const row = `  ${colors.dim(`${String(number).padStart(gutter)} |`)} ${framed.shown}`.trimEnd()
    return framed.mark === '' ? [row] : [row, `  ${colors.dim(`${' '.repeat(gutter)} |`)} ${paint(framed.mark)}`]
  })
}

/** All findings of a file are shown from the same lines. */
let latest: { readonly text: string; readonly lines: readonly string[] } = { text: '', lines: [] }
function linesOf(text: string): readonly string[] {
  if (latest.text !== text) latest = { text, lines: text.split(/\r?\n/) }
  return latest.lines
}

const oneLine = (text: string): string => {
  const line = text.slice(0, 2 * longest).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ')
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
