/** Candidates beyond which a list is not searched to its end: a hint is not worth a second. */
const mostCandidates = 3000
/** Letters beyond which a word is no slip of the fingers. */
const longestWord = 200

/**
 * The candidates nearest to a mistyped word by Damerau–Levenshtein distance, nearest first, at most three. A word with
 * the same letters in another order, or one that the word begins, counts as near.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string[] {
  if (word === '' || word.length > longestWord) return []
  // Any letter is one edit away from any other.
  const limit = word.length === 1 ? 0 : Math.max(1, Math.floor(word.length * 0.4))
  const lower = word.toLowerCase()
  const lettersOfWord = letterSet(lower)
  const near = new Map<string, { candidate: string; distance: number }>()
  let count = 0
  for (const candidate of candidates) {
    if (++count > mostCandidates) break
    const isBeginning = candidate.startsWith(word)
    if (!isBeginning && Math.abs(candidate.length - word.length) > limit) continue
    const other = candidate.toLowerCase()
    // Each letter that only one of the two has costs an edit.
    const letters = letterSet(other)
    if (!isBeginning && Math.max(bits(lettersOfWord & ~letters), bits(letters & ~lettersOfWord)) > limit) continue
    const reach = isBeginning || isAnagram(lower, other) ? Math.max(word.length, candidate.length) : limit
    const distance = editDistance(lower, other, reach)
    if (distance !== undefined) near.set(candidate, { candidate, distance })
  }
  const lengthOff = ({ candidate }: { candidate: string }): number => Math.abs(candidate.length - word.length)
  const found = [...near.values()].sort(
    (a, b) => a.distance - b.distance || lengthOff(a) - lengthOff(b) || (a.candidate < b.candidate ? -1 : 1),
  )
  return found.slice(0, 3).map(({ candidate }) => candidate)
}

const isAnagram = (lower: string, other: string): boolean =>
  other.length === lower.length && letterSet(other) === letterSet(lower) && sorted(lower) === sorted(other)
const sorted = (word: string): string => [...word].sort().join('')

/** One bit a letter; two letters may share a bit, so that the sets only seem closer than they are. */
function letterSet(word: string): number {
  let set = 0
  for (let i = 0; i < word.length; i++) set |= 1 << (word.charCodeAt(i) & 31)
  return set
}

function bits(set: number): number {
  let count = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Rows of the table, kept between calls: the two before and the one being filled. */
let rows: [Int32Array, Int32Array, Int32Array] = [new Int32Array(0), new Int32Array(0), new Int32Array(0)]

/**
 * Optimal string alignment distance (insert, delete, replace, swap two neighbours); nothing if it exceeds `limit`.
 * Only the band of the table that is within `limit` of its diagonal is filled.
 */
function editDistance(a: string, b: string, limit: number): number | undefined {
  const far = limit + 1
  if (rows[0].length <= b.length) rows = [0, 1, 2].map(() => new Int32Array(2 * b.length + 1)) as typeof rows
  let [beforeLast, last, row] = rows
  for (let j = 0; j <= b.length; j++) last[j] = Math.min(j, far)
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - limit)
    const to = Math.min(b.length, i + limit)
    row[from - 1] = from === 1 ? Math.min(i, far) : far
    let least = row[from - 1] as number
    for (let j = from; j <= to; j++) {
      const change = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1
      const above = j === i + limit ? far : (last[j] as number)
      let best = Math.min((row[j - 1] as number) + 1, above + 1, (last[j - 1] as number) + change, far)
      if (change === 1 && j > 1 && isSwap(a, b.slice(j - 2, j), i))
        best = Math.min(best, (beforeLast[j - 2] as number) + 1)
      row[j] = best
      least = Math.min(least, best)
    }
    // A swap reaches back two rows, and costs one.
    if (least >= far && i < a.length && Math.min(...last.subarray(Math.max(0, from - 2), to)) >= far) return undefined
    ;[beforeLast, last, row] = [last, row, beforeLast]
  }
  const distance = last[b.length] as number
  return distance <= limit ? distance : undefined
}

/** Whether the two letters of `a` before `end` are these, the other way round. */
const isSwap = (a: string, two: string, end: number): boolean =>
  end > 1 && a.charCodeAt(end - 1) === two.charCodeAt(0) && a.charCodeAt(end - 2) === two.charCodeAt(1)
