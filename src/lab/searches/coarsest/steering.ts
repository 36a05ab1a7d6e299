/** Farthest step from a measured level, as a factor of nβ. */
const farthest = 8

interface Measured {
  readonly nbeta: number
  readonly loss?: { readonly mean: number }
}

/**
 * The inverse temperature at which the loss should reach `target`, from the levels measured so far.
 *
 * For the exact tempered posterior E[L] falls with nβ, and near a minimum ΔL = E[L] − L(w0) ≈ λ/nβ (Watanabe 2013). So
 * ln ΔL is close to a line in ln nβ of slope −1: through one level that line is taken; through two the line between
 * them, its slope kept between −3 and −1/3 because levels have errors. A level that is not above the model yet says
 * only that nβ is far too large. At most a factor of eight away from the levels there are.
 */
export function nbetaFor(
  levels: readonly Measured[],
  { from, target }: { readonly from: number; readonly target: number },
): number {
  const points = levels.flatMap(({ nbeta, loss }) =>
    loss !== undefined && loss.mean > from ? [{ x: Math.log(nbeta), y: Math.log(loss.mean - from) }] : [],
  )
  const goal = Math.log(target - from)
  const [nearest, second] = points.sort((a, b) => Math.abs(a.y - goal) - Math.abs(b.y - goal))
  if (nearest === undefined) return Math.min(...levels.map(({ nbeta }) => nbeta)) / 4
  const across = points.find(({ y }) => (y - goal) * (nearest.y - goal) < 0) ?? second
  const measured = across === undefined || across.x === nearest.x ? -1 : (across.y - nearest.y) / (across.x - nearest.x)
  const slope = Math.min(-1 / 3, Math.max(-3, measured))
  const step = Math.min(Math.log(farthest), Math.max(-Math.log(farthest), (goal - nearest.y) / slope))
  return rounded(Math.exp(nearest.x + step))
}

/** Three digits: more would only make names and cache keys long. */
export const rounded = (nbeta: number): number => Number(nbeta.toPrecision(3))
