import { pathToFileURL } from 'node:url'
import type { Diagnostic, SourceSpan } from '../base/diagnostic.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { nameOf } from './diagnostic-printer.ts'

export interface SarifOptions {
  /** Of assay. */
  readonly version: string
  /** Files below it are named relative to it, as code-scanning services want. */
  readonly cwd: string
  readonly textOf: (file: string) => string | undefined
  /** The documentation page of a code and its first sentence. */
  readonly pageOf: (code: string) => { readonly summary: string; readonly page: string } | undefined
}

/**
 * Findings as a SARIF 2.1.0 log: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * Columns count UTF-16 units from 1, as everywhere here; a region ends where its line does.
 */
export function toSarif(diagnostics: readonly Diagnostic[], options: SarifOptions): JsonObject {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort()
  const driver = { name: 'assay', semanticVersion: options.version, rules: codes.map((code) => ruleOf(code, options)) }
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes, options)),
      },
    ],
  }
}

function ruleOf(code: string, { pageOf }: SarifOptions): JsonObject {
  const found = pageOf(code)
  if (found === undefined) return { id: code }
  const { summary, page } = found
  return { id: code, shortDescription: { text: summary }, help: { text: page, markdown: page } }
}

function resultOf(diagnostic: Diagnostic, codes: readonly string[], options: SarifOptions): JsonObject {
  const { code, severity, message, help, span, related } = diagnostic
  const relatedLocations = related?.map((one, id) => ({
    id,
    message: { text: one.message },
    ...locationOf(one.span, options),
  }))
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: help === undefined ? message : `${message}\n${help}` },
    locations: [locationOf(span, options)],
    ...(relatedLocations === undefined ? {} : { relatedLocations }),
  }
}

function locationOf(span: SourceSpan, options: SarifOptions): { physicalLocation: Json } {
  const name = nameOf(span.file, options.cwd)
  const uri = name === span.file ? pathToFileURL(name).href : name.split(/[\\/]/).map(encodeURIComponent).join('/')
  const end = lineEnd(options.textOf(span.file) ?? '', span)
  const charLength = Math.max(1, Math.min(span.length, end - span.offset))
  const region = {
    startLine: span.line,
    startColumn: span.column,
    endColumn: span.column + charLength,
    charOffset: span.offset,
    charLength,
  }
  return { physicalLocation: { artifactLocation: { uri }, region } }
}

/** The offset of the end of the line where the span starts. */
function lineEnd(text: string, { offset }: SourceSpan): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}
