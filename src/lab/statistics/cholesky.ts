/** A symmetric positive definite matrix, row-major [n, n], as L·Lᵀ: row-major lower triangle. `undefined` where it is not one. */
export function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!
      if (i > j) lower[i * n + j] = sum / lower[j * n + j]!
      else if (sum > 0) lower[i * n + i] = Math.sqrt(sum)
      else return undefined
    }
  return lower
}

/** x of L·Lᵀ·x = b. */
export function choleskySolve(lower: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!
    x[i]! /= lower[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!
    x[i]! /= lower[i * n + i]!
  }
  return x
}
