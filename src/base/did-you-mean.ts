/** Candidates beyond which a list is not searched to its end: a hint is not worth a second. */
const mostCandidates = 3000

/**
 * The candidates nearest to a mistyped word by Damerau–Levenshtein distance, nearest first, at most three. A word with
 * the same letters in another order, or one that the word begins, counts as near.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string[] {
  if (word === '') return []
  const limit = Math.max(1, Math.floor(word.length * 0.4))
  const lower = word.toLowerCase()
  const near: { candidate: string; distance: number }[] = []
  for (const candidate of new Set([...candidates].slice(0, mostCandidates))) {
    const isBeginning = candidate.startsWith(word)
    if (!isBeginning && Math.abs(candidate.length - word.length) > limit) continue
    const distance = editDistance(
      lower,
      candidate.toLowerCase(),
      isBeginning || isAnagram(lower, candidate) ? Infinity : limit,
    )
    if (distance !== undefined) near.push({ candidate, distance })
  }
  const lengthOff = ({ candidate }: { candidate: string }): number => Math.abs(candidate.length - word.length)
  near.sort((a, b) => a.distance - b.distance || lengthOff(a) - lengthOff(b) || (a.candidate < b.candidate ? -1 : 1))
  return near.slice(0, 3).map(({ candidate }) => candidate)
}

const isAnagram = (lower: string, candidate: string): boolean =>
  candidate.length === lower.length && letters(lower) === letters(candidate.toLowerCase())
const letters = (word: string): string => [...word].sort().join('')

/** Optimal string alignment distance (insert, delete, replace, swap two neighbours); nothing if it exceeds `limit`. */
function editDistance(a: string, b: string, limit: number): number | undefined {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(beforeLast, j - 2) + 1)
      row.push(best)
    }
    // A swap reaches back two rows, so both must be past the limit.
    if (Math.min(...row) > limit && Math.min(...last) > limit) return undefined
    beforeLast = last
    last = row
  }
  return at(last, b.length) <= limit ? at(last, b.length) : undefined
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity
