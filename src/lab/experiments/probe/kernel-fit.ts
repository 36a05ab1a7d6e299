import { cholesky, choleskySolve } from '../../statistics/cholesky.ts'
import { penalties, type Fit, type FitData } from './fit-data.ts'
import type { Features } from './standardise.ts'

/**
 * The same regressions as in `fit.ts` with w = Zᵀα, one number a row in place of one a feature: what a penalised fit to
 * fewer rows than features has anyway, at the cost of the rows. K = Z·Zᵀ.
 */

/** α = (K + λI)⁻¹(y − ȳ); the leave-one-out residual is α_i / (K + λI)⁻¹_ii. */
export const kernelRidge: Fit = ({ train, test }, sets, penalty) => {
  const n = train.rows
  const kernel = products(train, train)
  const outer = products(test, train)
  const candidates = (penalty === undefined ? penalties : [penalty]).map((lambda) => {
    const lower = cholesky(plusDiagonal(kernel, lambda, n), n)!
    const spread = penalty === undefined ? inverseDiagonal(lower, n) : new Float64Array(n).fill(1)
    return sets.map((targets) => {
      const fits = targets.map((y) => {
        const mean = y.reduce((a, b) => a + b, 0) / n
        return {
          mean,
          alpha: choleskySolve(
            lower,
            y.map((value) => value - mean),
          ),
        }
      })
      const error = fits.reduce(
        (sum, { alpha }) => sum + alpha.reduce((part, a, i) => part + (a / spread[i]!) ** 2, 0),
        0,
      )
      return { fits, error }
    })
  })
  return sets.map((_, s) => {
    const best = candidates.map((each) => each[s]!).reduce((a, b) => (b.error < a.error ? b : a))
    return best.fits.map(({ alpha, mean }) => times(outer, alpha).map((value) => value + mean))
  })
}

/** Log-odds of the tested rows for 0/1 targets, with the penalty λ/2 ‖w‖²: Newton steps, halved while the objective rises. */
export function kernelLogistic({ train, test }: FitData, penalty: number): (y: Float64Array) => Float64Array {
  const kernel = products(train, train)
  const outer = products(test, train)
  return (y) => times(outer, logisticAlpha(kernel, y, penalty))
}

function logisticAlpha(kernel: Float64Array, y: Float64Array, penalty: number): Float64Array {
  const objective = (alpha: Float64Array): number =>
    times(kernel, alpha).reduce((sum, f, i) => sum + softplus(f) - y[i]! * f + (penalty / 2) * alpha[i]! * f, 0)
  let alpha: Float64Array = new Float64Array(y.length)
  let value = objective(alpha)
  for (let step = 0; step < 100; step++) {
    const p = times(kernel, alpha).map((f) => 1 / (1 + Math.exp(-f)))
    const slope = p.map((each, i) => each - y[i]! + penalty * alpha[i]!)
    const move = newton(kernel, { slope, p, penalty })
    const gain = times(kernel, move)
    if (slope.reduce((sum, each, i) => sum + each * gain[i]!, 0) < 1e-12 * Math.max(1, Math.abs(value))) break
    let size = 1
    let next = alpha.map((each, i) => each - move[i]!)
    while (objective(next) > value && size > 1e-6) {
      size /= 2
      next = alpha.map((each, i) => each - size * move[i]!)
    }
    alpha = next
    value = objective(alpha)
  }
  return alpha
}

interface At {
  readonly slope: Float64Array
  readonly p: Float64Array
  readonly penalty: number
}

/**
 * (WK + λI)⁻¹·slope with W = p(1 − p), by the matrix B = I + W^½ K W^½/λ, which is well conditioned whatever W is:
 * (slope − W^½ B⁻¹ W^½ K·slope/λ)/λ. Rasmussen and Williams 2006, section 3.4.3.
 */
function newton(kernel: Float64Array, { slope, p, penalty }: At): Float64Array {
  const n = slope.length
  const root = p.map((each) => Math.sqrt(each * (1 - each)))
  const matrix = kernel.map((value, at) => (root[Math.floor(at / n)]! * value * root[at % n]!) / penalty)
  const lower = cholesky(plusDiagonal(matrix, 1, n), n)!
  const seen = times(kernel, slope).map((value, i) => (root[i]! * value) / penalty)
  const taken = choleskySolve(lower, seen)
  return slope.map((value, i) => (value - root[i]! * taken[i]!) / penalty)
}

const softplus = (f: number): number => Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f)))

/** A·Bᵀ, row-major [rows of A, rows of B]. */
function products(a: Features, b: Features): Float64Array {
  const result = new Float64Array(a.rows * b.rows)
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let sum = 0
      for (let k = 0; k < a.width; k++) sum += a.values[i * a.width + k]! * b.values[j * b.width + k]!
      result[i * b.rows + j] = sum
    }
  return result
}

/** A·x of a row-major matrix as wide as x is long. */
function times(matrix: Float64Array, x: Float64Array): Float64Array {
  const result = new Float64Array(matrix.length / x.length)
  for (let i = 0; i < result.length; i++) {
    let sum = 0
    for (let j = 0; j < x.length; j++) sum += matrix[i * x.length + j]! * x[j]!
    result[i] = sum
  }
  return result
}

function plusDiagonal(matrix: Float64Array, value: number, n: number): Float64Array {
  const result = Float64Array.from(matrix)
  for (let i = 0; i < n; i++) result[i * n + i]! += value
  return result
}

/** The diagonal of (L·Lᵀ)⁻¹: the squares of each column of L⁻¹ summed. */
function inverseDiagonal(lower: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n)
  const column = new Float64Array(n)
  for (let j = 0; j < n; j++)
    for (let i = j; i < n; i++) {
      let sum = i === j ? 1 : 0
      for (let k = j; k < i; k++) sum -= lower[i * n + k]! * column[k]!
      const entry = sum / lower[i * n + i]!
      column[i] = entry
      diagonal[j]! += entry ** 2
    }
  return diagonal
}
