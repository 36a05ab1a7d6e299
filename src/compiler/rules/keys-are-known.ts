import { invariant } from '../../base/invariant.ts'
import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { MapEntry } from '../node.ts'
import { suggest } from '../report.ts'

const code = 'keys-are-known'

/** Law: every key is one that its place knows. `place` in words, such as `a pipeline`. */
export const unknownKey = (entry: MapEntry, known: readonly string[], place: string): Diagnostic => ({
  code,
  severity: 'error',
  message: `${place} has no key \`${entry.key}\``,
  span: entry.keySpan,
  help: suggest(didYouMean(entry.key, known), known, 'keys'),
})

/** Law: what is for the kind stands under `with`. Told once for all that stands beside it. */
export function misplacedKeys(entries: readonly MapEntry[]): Diagnostic {
  const [first, ...others] = entries
  const names = entries.map(({ key }) => `\`${key}\``)
  const last = names.pop() ?? ''
  invariant(first, 'there is a key')
  return {
    code,
    severity: 'error',
    message: `${names.length === 0 ? last : `${names.join(', ')} and ${last}`} ${others.length === 0 ? 'belongs' : 'belong'} under \`with\``,
    span: first.keySpan,
    help: `write \`with: { ${first.key}: …${others.length === 0 ? '' : ', …'} }\``,
  }
}
