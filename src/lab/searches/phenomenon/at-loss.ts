/** One measured point of a path. */
export interface PathPoint {
  /** Nats per token. */
  readonly loss: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

export type Interpolated = Omit<PathPoint, 'loss'>

/**
 * The value of a path at a loss that no level has hit exactly: on the straight line between the two levels on either side,
 * bounds likewise. Undefined beyond the levels there are. `points` as `pointsOf` gives them; where the path comes by the
 * same loss more than once, the first crossing from the model counts.
 */
export function atLoss(points: readonly PathPoint[], loss: number): Interpolated | undefined {
  for (const [i, point] of points.entries()) {
    if (point.loss === loss) return { mean: point.mean, low: point.low, high: point.high }
    const before = points[i - 1]
    if (before === undefined || (before.loss - loss) * (point.loss - loss) > 0) continue
    const share = (loss - before.loss) / (point.loss - before.loss)
    const between = (a: number, b: number): number => a + share * (b - a)
    return {
      mean: between(before.mean, point.mean),
      low: between(before.low, point.low),
      high: between(before.high, point.high),
    }
  }
  return undefined
}
