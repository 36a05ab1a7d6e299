import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import { toJson, type MapEntry } from '../node.ts'

const code = 'version-is-known'
const newest = 1

/** Law: the file says which version of the language it is written in, and it is one that is known. */
export function versionIsKnown(entry: MapEntry | undefined, start: SourceSpan): Diagnostic | undefined {
  if (entry === undefined) {
    return {
      code,
      severity: 'error',
      message: 'a pipeline starts with the version of its language',
      span: start,
      help: 'add `assay: 1` as the first line',
    }
  }
  const version = toJson(entry.value)
  if (version === newest) return undefined
  const isNewer = typeof version === 'number' && version > newest
  const message = isNewer
    ? `this file is written in version ${String(version)} of the language; this assay knows version ${String(newest)}`
    : `there is no version ${JSON.stringify(version)} of the language`
  const help = isNewer ? 'install a newer assay, or write the file in version 1' : `write \`assay: ${String(newest)}\``
  return { code, severity: 'error', message, span: entry.value.span, help }
}
