import { expect, test } from 'vitest'
import { symmetricEigen } from '../../../src/lab/statistics/symmetric-eigen.ts'
import { seededRandom } from '../../../src/lab/random.ts'

const largestError = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((x, y) => Math.max(x, y), 0)

/** V diag(values) Vᵀ. */
function together({ values, vectors }: ReturnType<typeof symmetricEigen>): Float64Array {
  const n = values.length
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return values.reduce((sum, value, k) => sum + value * vectors[i * n + k]! * vectors[j * n + k]!, 0)
  })
}

test('two by two, by hand', () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
  expect(largestError(values, [3, 1])).toBeLessThan(1e-15)
  expect(Math.abs(vectors[0]! * vectors[2]!)).toBeCloseTo(0.5, 15)
})

test('a chain of springs: 2 − 2 cos(kπ/(n + 1))', () => {
  const n = 40
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    matrix[i * n + i] = 2
    if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1
  }
  const exact = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)))
  expect(largestError(symmetricEigen(matrix, n).values, exact)).toBeLessThan(1e-13)
})

test('all ones: one eigenvalue n, the others zero; and a matrix of zeros', () => {
  expect(largestError(symmetricEigen(new Float64Array(25).fill(1), 5).values, [5, 0, 0, 0, 0])).toBeLessThan(1e-14)
  expect(Array.from(symmetricEigen(new Float64Array(9), 3).values)).toEqual([0, 0, 0])
  expect(Array.from(symmetricEigen(Float64Array.of(-4), 1).values)).toEqual([-4])
})

test('values and vectors make the matrix again, and the vectors are orthonormal', () => {
  const random = seededRandom('0e', 'eigen')
  const n = 60
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random.uniform() - 0.5
  const found = symmetricEigen(matrix, n)
  expect(largestError(together(found), matrix)).toBeLessThan(1e-13)
  const one = { values: new Float64Array(n).fill(1), vectors: found.vectors }
  const identity = Float64Array.from({ length: n * n }, (_, at) => Number(Math.floor(at / n) === at % n))
  expect(largestError(together(one), identity)).toBeLessThan(1e-13)
  expect(Array.from(found.values)).toEqual([...found.values].sort((a, b) => b - a))
})

test('what is not finite is refused', () => {
  expect(() => symmetricEigen(Float64Array.of(Number.NaN), 1)).toThrow(RangeError)
})
