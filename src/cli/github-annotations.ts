import type { Diagnostic } from '../base/diagnostic.ts'
import { nameOf } from './diagnostic-printer.ts'

/**
 * Workflow commands that GitHub shows beside the lines of a pull request, one line a finding:
 * `::error file=…,line=…,col=…,title=…::message`.
 */
export function githubAnnotations(diagnostics: readonly Diagnostic[], cwd: string): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic, cwd)}\n`).join('')
}

function annotation({ code, severity, message, help, span }: Diagnostic, cwd: string): string {
  const properties = {
    file: nameOf(span.file, cwd),
    line: String(span.line),
    col: String(span.column),
    title: code,
  }
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`)
  const text = help === undefined ? message : `${message}\nhelp: ${help}`
  return `::${severity} ${written.join(',')}::${escapeData(text)}`
}

/** What GitHub reads back: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
