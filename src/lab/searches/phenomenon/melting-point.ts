import type { PathPoint } from './at-loss.ts'

/** Where a metric comes down to a value, in nats per token above the model. */
export interface MeltingPoint {
  /** Absent where it keeps more to the end of the path, and then `beyond` says how far that is. */
  readonly above?: number
  /** Where the curves through the lower and through the upper bounds come down to it; absent where one does not. */
  readonly low?: number
  readonly high?: number
  readonly beyond?: number
}

/**
 * The first crossing of `level` by straight lines between the measured points, counted from the model's loss `from`;
 * a metric that rises as the model is degraded crosses from below. The interval is where the curves through the bounds
 * cross; a bound that has crossed at the model itself already is at 0.
 */
export function meltingPoint(
  points: readonly PathPoint[],
  { from, level }: { readonly from: number; readonly level: number },
): MeltingPoint {
  const falls = (points[0]?.mean ?? 0) >= level
  const cross = (value: (point: PathPoint) => number): number | undefined =>
    crossing(points, { from, level, falls, value })
  const above = cross(({ mean }) => mean)
  const early = cross(({ low, high }) => (falls ? low : high))
  if (above === undefined)
    return {
      ...(early === undefined ? {} : { low: early }),
      beyond: Math.max(0, ...points.map(({ loss }) => loss - from)),
    }
  const late = cross(({ low, high }) => (falls ? high : low))
  return { above, ...(early === undefined ? {} : { low: early }), ...(late === undefined ? {} : { high: late }) }
}

interface Wanted {
  readonly from: number
  readonly level: number
  readonly falls: boolean
  value(point: PathPoint): number
}

function crossing(points: readonly PathPoint[], { from, level, falls, value }: Wanted): number | undefined {
  for (const [i, point] of points.entries()) {
    const now = value(point)
    if (falls ? now >= level : now <= level) continue
    const before = points[i - 1]
    if (before === undefined) return 0
    const share = (value(before) - level) / (value(before) - now)
    return before.loss + share * (point.loss - before.loss) - from
  }
  return undefined
}

/** Whether one is known to melt before the other: their intervals do not touch. */
export const meltsBefore = (a: MeltingPoint, b: MeltingPoint): boolean =>
  a.high !== undefined && a.high < (b.low ?? b.beyond ?? 0)
