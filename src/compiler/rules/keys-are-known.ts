import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { MapEntry } from '../node.ts'
import { suggest } from '../report.ts'

/** Law: every key is one that its place knows. `place` in words, such as `a pipeline`. */
export const unknownKey = (entry: MapEntry, known: readonly string[], place: string): Diagnostic => ({
  code: 'keys-are-known',
  severity: 'error',
  message: `${place} has no key \`${entry.key}\``,
  span: entry.keySpan,
  help: suggest(didYouMean(entry.key, known), known, 'keys'),
})
