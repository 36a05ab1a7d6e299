import type { Diagnostic } from '../base/diagnostic.ts'
import { readDocument } from './document.ts'
import type { MapEntry } from './node.ts'
import { asMap } from './read-map.ts'
import type { Report } from './report.ts'
import type { Source } from './source.ts'

/** The entries of a file of parameters (YAML, and so JSON): `name: value`. Reports what cannot be read. */
export function readParamsFile(source: Source, report: Report): readonly MapEntry[] {
  const { root, diagnostics } = readDocument(source)
  diagnostics.forEach((diagnostic: Diagnostic) => {
    report(diagnostic)
  })
  if (root === undefined) return []
  const map = asMap(root, { what: 'a file of parameters', help: 'write `name: value`, one parameter a line' }, report)
  return map?.entries ?? []
}
