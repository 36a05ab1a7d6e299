import { symmetricEigen } from '../statistics/symmetric-eigen.ts'

/**
 * Replaces a row-major matrix by its best approximation of the rank that `rankOf` picks from its squared singular values,
 * falling. The singular vectors of the shorter side are eigenvectors of its Gram matrix, computed in double precision:
 * A V_k V_kᵀ is the truncated decomposition (Eckart and Young 1936). A singular value under 10⁻⁸ of the largest is noise
 * there, far under what fp32 weights resolve.
 */
export function truncateRank(
  matrix: Float32Array,
  [rows, columns]: readonly [number, number],
  rankOf: (squares: Float64Array) => number,
): void {
  const isWide = columns > rows
  const tall = isWide ? transposed(matrix, rows, columns) : Float64Array.from(matrix)
  const [long, short] = isWide ? [columns, rows] : [rows, columns]
  const { values, vectors } = symmetricEigen(gramOf(tall, long, short), short)
  const rank = rankOf(values.map((value) => Math.max(0, value)))
  if (rank >= short) return
  const projector = projectorOf(vectors, short, rank)
  const row = new Float64Array(short)
  for (let i = 0; i < long; i++) {
    row.fill(0)
    for (let k = 0; k < short; k++) addScaled(row, projector.subarray(k * short, (k + 1) * short), tall[i * short + k]!)
    for (let j = 0; j < short; j++) matrix[isWide ? j * columns + i : i * columns + j] = row[j]!
  }
}

const transposed = (matrix: Float32Array, rows: number, columns: number): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]!)

/** AᵀA of a matrix [long, short]. */
function gramOf(matrix: Float64Array, long: number, short: number): Float64Array {
  const gram = new Float64Array(short * short)
  for (let i = 0; i < long; i++) {
    const row = matrix.subarray(i * short, (i + 1) * short)
    for (let j = 0; j < short; j++) addScaled(gram.subarray(j * short, j * short + j + 1), row, row[j]!)
  }
  for (let i = 0; i < short; i++) for (let j = 0; j < i; j++) gram[j * short + i] = gram[i * short + j]!
  return gram
}

/** V_k V_kᵀ of the first `rank` vectors. */
function projectorOf(vectors: Float64Array, n: number, rank: number): Float64Array {
  const projector = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = 0; k < rank; k++) sum += vectors[i * n + k]! * vectors[j * n + k]!
      projector[i * n + j] = sum
      projector[j * n + i] = sum
    }
  return projector
}

/** into += factor · row, as far as `into` goes. */
function addScaled(into: Float64Array, row: Float64Array, factor: number): void {
  if (factor !== 0) for (let j = 0; j < into.length; j++) into[j]! += factor * row[j]!
}
