import { expect, it } from 'vitest'
import { activeFeatures } from '../../../../src/lab/experiments/sae/activate.ts'

const active = (values: number[], sae: Parameters<typeof activeFeatures>[1]): number[] => [
  ...activeFeatures(Float32Array.from(values), sae),
]

it('keeps what is positive, above its threshold, or among the k largest', () => {
  expect(active([1, -1, 0, 2], { features: 2 })).toEqual([1, 0, 0, 1])
  expect(active([1, 3, 3, 1], { features: 2, threshold: Float32Array.of(2, 0.5) })).toEqual([0, 1, 1, 1])
  expect(active([5, 1, 4, 3, 9, 8, 0, 7], { features: 4, k: 2 })).toEqual([1, 0, 1, 0, 1, 1, 0, 0])
})
it('gives ties to the lower number, and never more than are positive', () => {
  expect(active([2, 2, 2, 1], { features: 4, k: 2 })).toEqual([1, 1, 0, 0])
  expect(active([-1, -2, 3, -4], { features: 4, k: 2 })).toEqual([0, 0, 1, 0])
})
