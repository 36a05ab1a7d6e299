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
export const misplacedKeys = (entries: readonly MapEntry[]): Diagnostic => {
  const [first = '', ...others] = entries.map(({ key }) => key)
  return misplaced(entries, 'under `with`', `write \`with: { ${first}: …${others.length === 0 ? '' : ', …'} }\``)
}

/** Law: the line and the ports of a command stand beside `use`. */
export const keysBesideUse = (entries: readonly MapEntry[]): Diagnostic =>
  misplaced(entries, 'beside `use`', 'a command has no `with`; its keys stand on the level of `use`')

function misplaced(entries: readonly MapEntry[], where: string, help: string): Diagnostic {
  const [first] = entries
  invariant(first, 'there is a key')
  const names = entries.map(({ key }) => `\`${key}\``)
  const last = names.pop() ?? ''
  const message = names.length === 0 ? `${last} belongs ${where}` : `${names.join(', ')} and ${last} belong ${where}`
  return { code, severity: 'error', message, span: first.keySpan, help }
}
