/** λ̂ at one place of a grid of step sizes and temperatures; absent where the sampler broke. */
export interface SweepCell {
  readonly nbeta: number
  readonly epsilon: number
  readonly estimate?: { readonly mean: number; readonly se: number }
  readonly verdict: 'healthy' | 'suspicious' | 'broken'
  /** What is worst about its sampler, where something is. */
  readonly why?: string
}

/** Neighbours agree within this share, or within two standard errors of their difference. A judgement. */
const tolerance = 0.1
/** A cell whose standard error is a larger share of it than this agrees with anything, so it is not compared. A judgement. */
const mostError = 0.1

/** Whether an estimate is so uncertain that agreeing with it says nothing. */
export const isVague = ({ estimate }: SweepCell): boolean =>
  estimate !== undefined && estimate.se > mostError * Math.abs(estimate.mean)

/**
 * The largest set of neighbouring cells, among those whose sampler is healthy, in which every pair of neighbours agrees:
 * the places of `cells`, row-major with the temperatures as rows. Empty where no two neighbours agree. Where sets are
 * equally large, the one that comes last, at the larger nβ: λ̂ tends to the learning coefficient as nβ grows.
 */
export function flatRegion(cells: readonly SweepCell[], columns: number): number[] {
  const agree = (a: number, b: number): boolean => {
    const [one, other] = [cells[a]!, cells[b]!]
    if (one.verdict !== 'healthy' || other.verdict !== 'healthy') return false
    if (one.estimate === undefined || other.estimate === undefined || isVague(one) || isVague(other)) return false
    const apart = Math.abs(one.estimate.mean - other.estimate.mean)
    const scale = Math.max(Math.abs(one.estimate.mean), Math.abs(other.estimate.mean))
    return apart <= Math.max(tolerance * scale, 2 * Math.hypot(one.estimate.se, other.estimate.se))
  }
  const seen = new Set<number>()
  let best: number[] = []
  for (let start = 0; start < cells.length; start++) {
    if (seen.has(start)) continue
    const found = reach(start, (cell) => neighbours(cell, columns, cells.length).filter((next) => agree(cell, next)))
    for (const cell of found) seen.add(cell)
    if (found.length > 1 && found.length >= best.length) best = found.sort((a, b) => a - b)
  }
  return best
}

function reach(start: number, next: (cell: number) => number[]): number[] {
  const found = new Set([start])
  const open = [start]
  for (let cell = open.pop(); cell !== undefined; cell = open.pop())
    for (const each of next(cell))
      if (!found.has(each)) {
        found.add(each)
        open.push(each)
      }
  return [...found]
}

const neighbours = (cell: number, columns: number, count: number): number[] =>
  [
    cell % columns > 0 ? cell - 1 : -1,
    cell % columns < columns - 1 ? cell + 1 : -1,
    cell - columns,
    cell + columns,
  ].filter((each) => each >= 0 && each < count)
