/** Changed places that are named; of more, how many there are. */
const named = 3
/** Characters of two commands together whose words are compared; in longer ones words would say little. */
const mostCompared = 20_000
/** Characters of a value that are shown. */
const longest = 40

/**
 * Which words of a command line changed: `--draws 8 → 16`, `--fast added`. A word in quotes is one word; the option
 * before a changed value is named with it.
 */
export function wordChanges(before: string, after: string): string {
  if (before.length + after.length > mostCompared) return 'the command changed'
  const [old, now] = [wordsOf(before), wordsOf(after)]
  const from = commonStart(old, now)
  const [restOld, restNow] = [old.slice(from), now.slice(from)]
  const kept = commonStart([...restOld].reverse(), [...restNow].reverse())
  const [left, right] = [restOld.slice(0, restOld.length - kept), restNow.slice(0, restNow.length - kept)]
  if (left.length === 0 && right.length === 0) return 'only spaces changed'
  if (left.length !== right.length) return replaced(old[from - 1], left.join(' '), right.join(' '))
  const changed = left.flatMap((word, i) =>
    word === right[i] ? [] : [replaced(old[from + i - 1], word, right[i] ?? '')],
  )
  const rest = changed.length - named
  return `${changed.slice(0, named).join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`
}

function replaced(wordBefore: string | undefined, left: string, right: string): string {
  const option = wordBefore?.startsWith('-') === true && !wordBefore.includes('=') ? `${wordBefore} ` : ''
  if (left === '') return `${shortPair('', right)[1]} added`
  if (right === '') return `${shortPair(left, '')[0]} removed`
  return option + shortPair(left, right).join(' → ')
}

const wordsOf = (text: string): string[] => text.match(/(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*'|["'])+/g) ?? []

function commonStart(a: ArrayLike<string>, b: ArrayLike<string>): number {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return i
}

/** Two values, cut so that what differs is seen. */
export function shortPair(before: string, after: string): readonly [string, string] {
  if (before.length <= longest && after.length <= longest) return [before, after]
  // Some of what is the same stays, to say where it is.
  const from = Math.max(0, commonStart(before, after) - 8)
  const cut = (text: string): string => {
    const rest = from > 8 ? `…${text.slice(from)}` : text
    return rest.length > longest ? `${rest.slice(0, longest - 1)}…` : rest
  }
  return [cut(before), cut(after)]
}
