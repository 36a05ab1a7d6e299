/** One point of a falling curve: where it is and what was measured there, with bounds. */
export interface CurvePoint {
  /** Loss above the model, nats per token; 0 for the model itself. */
  readonly above: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Where a metric has lost half of what it had at the model itself, in nats above the model. */
export interface HalfPoint {
  readonly above: number
  /** From the curves of the lower and the upper bounds; absent where such a curve does not come down to half. */
  readonly low?: number
  readonly high?: number
}

/**
 * The first place at which the curve crosses half of its value at the model, by linear interpolation between levels; the
 * interval comes from the curves through the bounds. Undefined where the curve stays above: it then holds to the end of
 * the range. `points` in order of rising `above`, the model itself first.
 */
export function halfPoint(points: readonly CurvePoint[]): HalfPoint | undefined {
  const half = (points[0]?.mean ?? 0) / 2
  const above = crossing(points, half, ({ mean }) => mean)
  if (above === undefined) return undefined
  const [low, high] = [crossing(points, half, (point) => point.low), crossing(points, half, (point) => point.high)]
  return { above, ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) }
}

function crossing(
  points: readonly CurvePoint[],
  level: number,
  value: (point: CurvePoint) => number,
): number | undefined {
  for (const [i, point] of points.entries()) {
    const before = points[i - 1]
    if (before === undefined || value(point) >= level) continue
    const share = (value(before) - level) / (value(before) - value(point))
    return before.above + Math.min(1, Math.max(0, share)) * (point.above - before.above)
  }
  return undefined
}
