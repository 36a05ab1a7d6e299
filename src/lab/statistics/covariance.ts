/** Values of many quantities at each of several draws. */
export type DrawValues = readonly ArrayLike<number>[]

/**
 * Covariances over draws, [rows, columns] row-major: of every quantity of `rows` with every one of `columns`, divided by
 * draws − 1; as correlations where asked, 0 where one of the two does not vary. Sums in fp64. At least two draws.
 */
export function covariances(rows: DrawValues, columns: DrawValues, as: 'covariance' | 'correlation'): Float64Array {
  const [a, b] = [centred(rows), centred(columns)]
  const [n, m] = [rows[0]!.length, columns[0]!.length]
  const result = new Float64Array(n * m)
  for (const [draw, left] of a.entries()) {
    const right = b[draw]!
    for (let i = 0; i < n; i++) {
      const factor = left[i]!
      for (let j = 0; j < m; j++) result[i * m + j]! += factor * right[j]!
    }
  }
  const scale = 1 / (rows.length - 1)
  const deviations = as === 'correlation' ? ([spread(a), spread(b)] as const) : undefined
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      const by = deviations === undefined ? 1 : deviations[0][i]! * deviations[1][j]!
      result[i * m + j] = by === 0 ? 0 : (result[i * m + j]! * scale) / by
    }
  return result
}

function centred(values: DrawValues): Float64Array[] {
  const mean = new Float64Array(values[0]!.length)
  for (const each of values) for (let i = 0; i < mean.length; i++) mean[i]! += each[i]! / values.length
  return values.map((each) => Float64Array.from(mean, (m, i) => each[i]! - m))
}

/** Standard deviations of centred values. */
function spread(values: readonly Float64Array[]): Float64Array {
  const squares = new Float64Array(values[0]!.length)
  for (const each of values) for (let i = 0; i < squares.length; i++) squares[i]! += each[i]! ** 2
  return squares.map((sum) => Math.sqrt(sum / (values.length - 1)))
}

/** Pearson's correlation of two lists of numbers; 0 where one does not vary. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const draws = Array.from({ length: a.length }, (_, i) => i)
  return covariances(
    draws.map((i) => [a[i]!]),
    draws.map((i) => [b[i]!]),
    'correlation',
  )[0]!
}
