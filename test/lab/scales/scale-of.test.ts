import { expect, it } from 'vitest'
import { explainedLoss, scaleOf } from '../../../src/lab/scales/scale-of.ts'

it('is 6.5 for a model at 3.5 whose best is 0.5', () => {
  expect(scaleOf(3.5, 0.5)).toBe(6.5)
})

it('explains all of what the model explains at the model, none at a uniform guess', () => {
  expect(explainedLoss(3.5, 3.5, 50257)).toBe(1)
  expect(explainedLoss(Math.log(50257), 3.5, 50257)).toBe(0)
  expect(explainedLoss((3.5 + Math.log(50257)) / 2, 3.5, 50257)).toBeCloseTo(0.5, 12)
})

it('takes multiples of the gap', () => {
  expect(scaleOf(3.5, 0.5, 2)).toBe(9.5)
  expect(scaleOf(3.12, 2.54)).toBeCloseTo(3.7, 12)
})
