import { expect, test } from 'vitest'
import { bracket, nextDose, type Steering, type Tried } from '../../../../src/lab/searches/degrade-to/next-dose.ts'

/** Runs the steering against a path whose excess loss at a coldness is known; what was tried, in order. */
function follow(excess: (coldness: number) => number, target: number, more: Partial<Steering> = {}): Tried[] {
  const plan: Steering = {
    start: 3000,
    hottest: 0,
    snap: (coldness) => coldness,
    losses: { from: 1, target: 1 + target },
    tries: 20,
    ...more,
  }
  const tried: Tried[] = []
  for (let i = 0; i < 50; i++) {
    const next = nextDose(tried, plan)
    if ('stop' in next) return tried
    const at = excess(next.coldness)
    tried.push({
      coldness: next.coldness,
      off: at - target,
      isThere: Math.abs(at - target) < 0.02 * target,
      loss: { mean: 1 + at },
    })
  }
  throw new Error('the steering does not end')
}
const last = (tried: readonly Tried[]): Tried => tried.at(-1)!

test('along ΔL = λ/nβ two tries do', () => {
  const tried = follow((c) => 60 / c, 0.3, { start: 600 })
  expect(tried.map(({ coldness }) => coldness)).toEqual([600, 200])
  expect(last(tried).isThere).toBe(true)
})
test.each([1.5, 0.6, 3])('along other powers too: %d', (power) => {
  const tried = follow((c) => 20 / c ** power, 0.05)
  expect(last(tried).isThere).toBe(true)
  expect(tried.length).toBeLessThan(12)
})
test('across a cliff it bisects', () => {
  const tried = follow((c) => (c > 100 ? 1e-3 : 5 - c / 50), 4.2, { start: 1e4 })
  expect(last(tried).isThere).toBe(true)
})
test('without a loss, by factors of four and then the middle', () => {
  const tried = follow((c) => 1 / (1 + c / 50), 0.5, { losses: undefined, start: 800 })
  expect(tried.slice(0, 4).map(({ coldness }) => coldness)).toEqual([800, 200, 50])
})
test('a path that ends first says so, and does not go on', () => {
  const tried = follow((c) => 0.1 / c, 5, { hottest: 1, start: 100 })
  expect(last(tried).coldness).toBe(1)
  expect(last(tried).isThere).toBe(false)
})
test('few doses are all tried, whatever they give', () => {
  const tried = follow((c) => Math.sin(c), 0.5, { all: [256, 64, 16, 4] })
  expect(tried.map(({ coldness }) => coldness)).toEqual([256, 64, 16, 4])
})
test('a grid is walked until the first dose too rough, and then bisected there', () => {
  // Over the target, back under it, and over it again: the first crossing is the one.
  const excess = (c: number): number => (c > 50 ? 0.01 : c > 20 ? 2 * (50 / c - 1) : c > 5 ? 0.1 : 10)
  const tried = follow(excess, 1, { grid: [100, 40, 30, 10, 1] })
  expect(tried.slice(0, 3).map(({ coldness }) => coldness)).toEqual([100, 40, 30])
  expect(last(tried).isThere).toBe(true)
  expect(last(tried).coldness).toBeLessThan(40)
  expect(last(tried).coldness).toBeGreaterThan(30)
})
test('what breaks counts as too rough, and is gone around', () => {
  const tried = follow((c) => (c < 100 ? Infinity : 60 / c), 0.4, { start: 50 })
  expect(last(tried).coldness).toBeGreaterThan(100)
  expect(last(tried).isThere).toBe(true)
})
test('doses in whole numbers: none between two neighbours', () => {
  const tried = follow((c) => 60 / c, 0.3, { snap: (c) => 4 ** Math.round(Math.log(c) / Math.log(4)), start: 256 })
  expect(last(tried).isThere).toBe(false)
  const { mild, rough } = bracket(tried)
  expect([mild?.coldness, rough?.coldness]).toEqual([256, 64])
})
