import { expect, test } from 'vitest'
import { truncateRank } from '../../../src/lab/degradations/truncate-rank.ts'
import { seededRandom } from '../../../src/lab/random.ts'

/** Σ σ_k u_k v_kᵀ with u and v columns of Householder reflections I − 2 x xᵀ, which are orthonormal. */
function withSingularValues(rows: number, columns: number, sigma: readonly number[]): Float32Array {
  const random = seededRandom('0d', 'svd', rows, columns)
  const reflection = (n: number): ((i: number, k: number) => number) => {
    const x = Array.from({ length: n }, () => random.uniform() - 0.5)
    const square = x.reduce((sum, value) => sum + value * value, 0)
    return (i, k) => Number(i === k) - (2 * x[i]! * x[k]!) / square
  }
  const [u, v] = [reflection(rows), reflection(columns)]
  return Float32Array.from({ length: rows * columns }, (_, at) =>
    sigma.reduce((sum, s, k) => sum + s * u(Math.floor(at / columns), k) * v(at % columns, k), 0),
  )
}

test.each([
  [9, 5],
  [5, 9],
  [6, 6],
])('%i × %i: the squares are exact, and what is cut is exactly the sum of their tail', (rows, columns) => {
  const sigma = [5, 3, 1, 0.5, 0.1]
  for (const rank of [0, 1, 3, 5]) {
    const matrix = withSingularValues(rows, columns, sigma)
    const cut = matrix.slice()
    truncateRank(cut, [rows, columns], (squares) => {
      sigma.forEach((s, k) => {
        expect(squares[k]).toBeCloseTo(s * s, 5) // fp32 elements of size up to 5: 5² · 2⁻²³
      })
      return rank
    })
    const lost = matrix.reduce((sum, value, i) => sum + (value - cut[i]!) ** 2, 0)
    expect(lost).toBeCloseTo(
      sigma.slice(rank).reduce((sum, s) => sum + s * s, 0),
      5,
    )
    const wanted = withSingularValues(rows, columns, sigma.slice(0, rank))
    cut.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i]!, 5)
    })
  }
})

test('full rank leaves every bit as it was', () => {
  const matrix = withSingularValues(4, 3, [3, 2, 1])
  const same = matrix.slice()
  truncateRank(same, [4, 3], (squares) => squares.length)
  expect(same).toEqual(matrix)
})
