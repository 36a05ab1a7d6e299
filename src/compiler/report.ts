import type { Diagnostic } from '../base/diagnostic.ts'

/** Where rules put what they find. */
export type Report = (diagnostic: Diagnostic) => void

/** `did you mean `x`?`, or the list of what there is. */
export function suggest(near: readonly string[], all: readonly string[], what: string): string {
  const [first, second] = near
  const known = all.length === 0 ? `there are no ${what} here` : `${what}: ${listed(all)}`
  if (first === undefined) return known
  const question = second === undefined ? `did you mean \`${first}\`?` : `did you mean \`${first}\` or \`${second}\`?`
  return all.length > 1 && all.length <= 12 ? `${question} (${known})` : question
}

const most = 16
const listed = (names: readonly string[]): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${String(names.length - most)} more`
