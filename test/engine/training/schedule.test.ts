import { expect, it } from 'vitest'
import { cosineSchedule } from '../../../src/engine/training/adamw.ts'
import { rateAt } from '../../../src/engine/training/schedule.ts'

const at = (schedule: 'cosine' | 'linear' | 'constant', step: number): number =>
  rateAt(step, { schedule, steps: 110, warmup: 10, floor: 0.2 })

it.each(['cosine', 'linear', 'constant'] as const)('%s warms up linearly to the peak', (schedule) => {
  expect([1, 5, 10].map((step) => at(schedule, step))).toEqual([0.1, 0.5, 1])
})
it('goes down to the floor as it is called', () => {
  expect([60, 110].map((step) => at('linear', step))).toEqual([0.6, expect.closeTo(0.2, 12)])
  expect([60, 110].map((step) => at('cosine', step))).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.2, 12)])
  expect([60, 110].map((step) => at('constant', step))).toEqual([1, 1])
  expect(at('cosine', 37)).toBe(cosineSchedule(37, { steps: 110, warmup: 10, floor: 0.2 }))
})
