import { cholesky, choleskySolve } from '../../statistics/cholesky.ts'
import { penalties, type Fit } from './fit-data.ts'
import { kernelLogistic, kernelRidge } from './kernel-fit.ts'
import type { Features } from './standardise.ts'

/**
 * Ridge regression, (ZᵀZ + λI)·w = Zᵀ(y − ȳ). Without a penalty given, each set of targets takes the one of six with the
 * least leave-one-out error by its closed form, residual_i / (1 − z_iᵀ(ZᵀZ + λI)⁻¹z_i) (the mean of y is kept).
 */
export const ridge: Fit = (data, sets, penalty) =>
  (data.train.rows < data.train.width ? kernelRidge : primalRidge)(data, sets, penalty)

const primalRidge: Fit = ({ train, test }, sets, penalty) => {
  const matrix = weightedSquare(train)
  const candidates = (penalty === undefined ? penalties : [penalty]).map((lambda) => {
    const lower = cholesky(plusDiagonal(matrix, lambda), train.width)!
    const leverage = penalty === undefined ? leverageOf(train, lower) : new Float64Array(train.rows)
    return sets.map((targets) => {
      const fits = targets.map((y) => fitLinear(train, y, lower))
      const error = fits.reduce(
        (sum, { residuals }) => sum + residuals.reduce((part, r, i) => part + (r / (1 - leverage[i]!)) ** 2, 0),
        0,
      )
      return { fits, error }
    })
  })
  return sets.map((_, s) => {
    const best = candidates.map((each) => each[s]!).reduce((a, b) => (b.error < a.error ? b : a))
    return best.fits.map(({ w, mean }) => product(test, w).map((value) => value + mean))
  })
}

function fitLinear(
  train: Features,
  y: Float64Array,
  lower: Float64Array,
): { w: Float64Array; mean: number; residuals: Float64Array } {
  const mean = y.reduce((a, b) => a + b, 0) / y.length
  const centred = y.map((value) => value - mean)
  const w = choleskySolve(lower, transposed(train, centred))
  const fitted = product(train, w)
  return { w, mean, residuals: centred.map((value, i) => value - fitted[i]!) }
}

function leverageOf({ values, rows, width }: Features, lower: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const z = values.slice(i * width, (i + 1) * width)
    return choleskySolve(lower, z).reduce((sum, value, j) => sum + value * z[j]!, 0)
  })
}

/**
 * Logistic regression of 0/1 targets with the penalty λ/2 (‖w‖² + b²), by Newton steps that are halved while the
 * objective rises; the result is log-odds. Default λ 0.01.
 */
export const logistic: Fit = ({ train, test }, sets, penalty = 1e-2) => {
  const [inner, outer] = [withOnes(train), withOnes(test)]
  const fit =
    inner.rows < inner.width
      ? kernelLogistic({ train: inner, test: outer }, penalty)
      : (y: Float64Array): Float64Array => product(outer, logisticWeights(inner, y, penalty))
  return sets.map((targets) => {
    // Of two classes the second is the first turned round.
    const fitted = (targets.length === 2 ? targets.slice(0, 1) : targets).map((y) => fit(y))
    return targets.length === 2 ? [fitted[0]!, fitted[0]!.map((value) => -value)] : fitted
  })
}

function logisticWeights(z: Features, y: Float64Array, penalty: number): Float64Array {
  const objective = (w: Float64Array): number =>
    product(z, w).reduce((sum, f, i) => sum + softplus(f) - y[i]! * f, 0) +
    (penalty / 2) * w.reduce((sum, value) => sum + value * value, 0)
  let w: Float64Array = new Float64Array(z.width)
  let value = objective(w)
  for (let step = 0; step < 100; step++) {
    const p = product(z, w).map((f) => 1 / (1 + Math.exp(-f)))
    const slope = transposed(
      z,
      p.map((each, i) => each - y[i]!),
    ).map((each, j) => each + penalty * w[j]!)
    const curvature = weightedSquare(
      z,
      p.map((each) => each * (1 - each)),
    )
    const move = choleskySolve(cholesky(plusDiagonal(curvature, penalty), z.width)!, slope)
    // Half of slope · move is what the quadratic would gain.
    if (slope.reduce((sum, each, j) => sum + each * move[j]!, 0) < 1e-12 * Math.max(1, Math.abs(value))) break
    let size = 1
    let next = w.map((each, j) => each - move[j]!)
    while (objective(next) > value && size > 1e-6) {
      size /= 2
      next = w.map((each, j) => each - size * move[j]!)
    }
    w = next
    value = objective(w)
  }
  return w
}

const softplus = (f: number): number => Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f)))

/** Zᵀ diag(weights) Z, row-major [width, width]. */
function weightedSquare({ values, rows, width }: Features, weights?: Float64Array): Float64Array {
  const result = new Float64Array(width * width)
  for (let i = 0; i < rows; i++) {
    const z = values.subarray(i * width, (i + 1) * width)
    for (let a = 0; a < width; a++) {
      const scale = z[a]! * (weights?.[i] ?? 1)
      for (let b = 0; b <= a; b++) result[a * width + b]! += scale * z[b]!
    }
  }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) result[b * width + a] = result[a * width + b]!
  return result
}

function plusDiagonal(matrix: Float64Array, value: number): Float64Array {
  const n = Math.sqrt(matrix.length)
  const result = Float64Array.from(matrix)
  for (let i = 0; i < n; i++) result[i * n + i]! += value
  return result
}

function product({ values, rows, width }: Features, w: Float64Array): Float64Array {
  const result = new Float64Array(rows)
  for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) result[i]! += values[i * width + j]! * w[j]!
  return result
}

function transposed({ values, rows, width }: Features, y: Float64Array): Float64Array {
  const result = new Float64Array(width)
  for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) result[j]! += values[i * width + j]! * y[i]!
  return result
}

function withOnes({ values, rows, width }: Features): Features {
  const result = new Float64Array(rows * (width + 1)).fill(1)
  for (let i = 0; i < rows; i++) result.set(values.subarray(i * width, (i + 1) * width), i * (width + 1))
  return { values: result, rows, width: width + 1 }
}
