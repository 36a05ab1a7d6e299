import { expect, it } from 'vitest'
import { cholesky, choleskySolve } from '../../../src/lab/statistics/cholesky.ts'

it('solves a system with a known solution', () => {
  const matrix = Float64Array.of(4, 2, 0.6, 2, 5, 1, 0.6, 1, 3)
  const x = [1, -2, 0.5]
  const b = Float64Array.from([0, 1, 2], (i) => x.reduce((sum, value, j) => sum + matrix[3 * i + j]! * value, 0))
  choleskySolve(cholesky(matrix, 3)!, b).forEach((value, i) => {
    expect(value).toBeCloseTo(x[i]!, 12)
  })
})
it('says where a matrix is not positive definite', () => {
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined()
})
