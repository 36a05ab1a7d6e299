/** How many rows each part of the screen would like. */
export interface RowWishes {
  readonly stages: number
  readonly failures: number
  readonly running: number
  /** Levels of the shown search, its heading not counted; 0: no search. */
  readonly levels: number
  readonly curve: boolean
}
export interface RowShares {
  readonly stages: number
  readonly failures: number
  readonly running: number
  readonly levels: number
  /** Rows of plot; 0: no curve. Its axis and legend take two more, a blank row above it one. */
  readonly curve: number
}

const curveFrame = 3

/**
 * Shares out the rows below the title and above the last line. First comes what tells of trouble, then what moves, then
 * the levels, the stages, and last the picture.
 */
export function shareRows(rows: number, wishes: RowWishes): RowShares {
  let left = rows
  const take = (wanted: number) => {
    const got = Math.max(0, Math.min(wanted, left))
    left -= got
    return got
  }
  const stagesAtLeast = take(Math.min(wishes.stages, 3))
  const failures = take(Math.min(wishes.failures, 8))
  const running = take(Math.min(wishes.running, 2))
  // Heading of the table, blank row above it, and the line that says what the search is doing.
  if (wishes.levels > 0) take(3)
  const levelsAtLeast = take(Math.min(wishes.levels, 4))
  const stages = stagesAtLeast + take(wishes.stages - stagesAtLeast)
  const levels = levelsAtLeast + take(wishes.levels - levelsAtLeast)
  const moreRunning = take(Math.min(4, wishes.running) - running)
  const curve = wishes.curve && left >= 4 + curveFrame ? Math.min(12, left - curveFrame) : 0
  return { stages, failures, running: running + moreRunning, levels, curve }
}
