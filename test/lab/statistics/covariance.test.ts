import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { correlation, covariances } from '../../../src/lab/statistics/covariance.ts'

test('the textbook example', () => {
  const rows = [
    [1, 0],
    [2, 0],
    [6, 0],
  ]
  const columns = [[2], [4], [3]]
  expect(Array.from(covariances(rows, columns, 'covariance'))).toEqual([0.5, 0])
  expect(correlation([1, 2, 6], [2, 4, 3])).toBeCloseTo(0.5 / (Math.sqrt(7) * 1), 12)
  expect(Array.from(covariances(rows, columns, 'correlation'))).toEqual([0.5 / Math.sqrt(7), 0])
})

test('of linear functions of Gaussian draws it is uᵀΣv', () => {
  const draws = 40_000
  const scales = [2, 0.5, 1]
  const normals = new Float64Array(3)
  const stream = new RandomStream('00000000000000c9', 'other')
  const [u, v] = [
    [1, 2, -1],
    [3, -1, 1],
  ]
  const values = Array.from({ length: draws }, (_, draw) => {
    stream.normals(draw, normals)
    const w = normals.map((each, i) => each * scales[i]!)
    return [u, v].map((vector) => vector.reduce((sum, each, i) => sum + each * w[i]!, 0))
  })
  const exact = u.reduce((sum, each, i) => sum + each * v[i]! * scales[i]! ** 2, 0)
  const found = covariances(
    values.map(([a]) => [a!]),
    values.map(([, b]) => [b!]),
    'covariance',
  )[0]!
  const variance = (x: readonly number[]): number => x.reduce((sum, each, i) => sum + (each * scales[i]!) ** 2, 0)
  const error = Math.sqrt((variance(u) * variance(v) + exact ** 2) / draws)
  expect(Math.abs(found - exact)).toBeLessThan(4 * error)
})
