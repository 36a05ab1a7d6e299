import type { PathPoint } from '../phenomenon/at-loss.ts'

/** An exponential through a curve: every `halfLife` nats per token halve what is left. */
export interface HalfLife {
  readonly halfLife: number
  /** 95 %; absent where the curve is too flat or too steep for that bound. */
  readonly low?: number
  readonly high?: number
  /** χ² over its degrees of freedom; far above 1, the curve is no exponential, and the interval is widened by its root. */
  readonly misfit: number
}

/** χ² of 95 % in one dimension. */
const quantile = 3.8415
const steps = 400

/**
 * Fits y = base + (y₀ − base) · 2^(−x/h) to a curve, x the loss above the model and y₀ the value at the model itself, by
 * least squares weighted with each point's error. The model's own value is measured too: y₀ is fitted beside h, by that
 * value and all others. The interval holds every h whose χ² at its best y₀ is within 3.84 (times the misfit, where that is
 * above 1) of the least (profile likelihood). Undefined with fewer than two points, or where nothing is there to
 * decay. The form is the one that Dmitry Vaintrob's Koan expects of circuits above their temperature; `misfit` tells
 * whether it is so.
 */
export function halfLife(points: readonly PathPoint[], base: number): HalfLife | undefined {
  const [first, ...rest] = points
  if (first === undefined || rest.length < 2 || first.mean === base) return undefined
  const data = points.map(({ loss, mean, low, high }) => ({
    x: Math.max(0, loss - first.loss),
    y: (mean - base) / (first.mean - base),
    // Bounds are two standard errors and a bit apart on either side.
    error: Math.max(1e-6, (high - low) / 2 / 1.96 / Math.abs(first.mean - base)),
  }))
  const range = Math.max(...data.map(({ x }) => x))
  if (!(range > 0)) return undefined
  const chi = (h: number): number => chiSquare(data, (x) => 2 ** (-x / h))
  const grid = Array.from({ length: steps + 1 }, (_, i) => range * 10 ** (-3 + (6 * i) / steps))
  const at = grid.reduce((best, h, i) => (chi(h) < chi(grid[best] ?? h) ? i : best), 0)
  const best = minimum(chi, grid[Math.max(0, at - 1)] ?? range, grid[Math.min(steps, at + 1)] ?? range)
  // The longest of the grid is a curve that does not fall.
  if (at === steps || at === 0) return undefined
  const misfit = chi(best) / (data.length - 2)
  const limit = chi(best) + quantile * Math.max(1, misfit)
  const outside = (h: number): boolean => chi(h) > limit
  const low = edgeOf(outside, best, grid[0] ?? best)
  const high = edgeOf(outside, best, grid[steps] ?? best)
  return { halfLife: best, misfit, ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) }
}

interface Weighted {
  readonly x: number
  readonly y: number
  readonly error: number
}

/** Σ ((y − a·f(x)) / error)² at the factor a that makes it least. */
function chiSquare(data: readonly Weighted[], f: (x: number) => number): number {
  let [cross, square] = [0, 0]
  for (const { x, y, error } of data) {
    cross += (y * f(x)) / error ** 2
    square += (f(x) / error) ** 2
  }
  const a = cross / square
  return data.reduce((sum, { x, y, error }) => sum + ((y - a * f(x)) / error) ** 2, 0)
}

/** Golden section in ln h. */
function minimum(of: (h: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2
  let [a, b] = [Math.log(from), Math.log(to)]
  for (let i = 0; i < 60; i++) {
    const [c, d] = [b - golden * (b - a), a + golden * (b - a)]
    if (of(Math.exp(c)) < of(Math.exp(d))) b = d
    else a = c
  }
  return Math.exp((a + b) / 2)
}

/** Where it gets outside on the way from `inside` to `end`, by bisection in ln h; undefined where it does not. */
function edgeOf(outside: (h: number) => boolean, inside: number, end: number): number | undefined {
  if (!outside(end)) return undefined
  let [a, b] = [Math.log(inside), Math.log(end)]
  for (let i = 0; i < 60; i++) {
    const middle = (a + b) / 2
    if (outside(Math.exp(middle))) b = middle
    else a = middle
  }
  return Math.exp((a + b) / 2)
}
