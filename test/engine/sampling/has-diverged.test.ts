import { expect, test } from 'vitest'
import { hasDiverged } from '../../../src/engine/sampling/has-diverged.ts'

/** A loss of w² + base, at w from a start of 1. */
function walkAt(w: number, base: number) {
  const arrays = { weights: Float32Array.of(w), gradient: Float32Array.of(7), start: Float32Array.of(1) }
  const asked: number[] = []
  const evaluate = (step: number): Promise<number> => {
    asked.push(step)
    arrays.gradient[0] = 2 * arrays.weights[0]!
    return Promise.resolve(arrays.weights[0]! ** 2 + base)
  }
  return { arrays, evaluate, asked, divergesAbove: 10 }
}

test('a loss within bounds is not looked at twice', async () => {
  const walk = walkAt(3, 0)
  expect(await hasDiverged(walk, 9, 4)).toBe(false)
  expect(walk.asked).toEqual([])
})

test('out of bounds, the same data at the start decide; weights and gradient stay', async () => {
  const far = walkAt(9, 0)
  expect(await hasDiverged(far, 81, 4)).toBe(true)
  expect([far.asked, far.arrays.weights[0], far.arrays.gradient[0]]).toEqual([[4], 9, 7])
  expect(await hasDiverged(walkAt(3, 50), 59, 4)).toBe(false)
  expect(await hasDiverged(walkAt(20, 50), 450, 4)).toBe(true)
})

test.each([Number.NaN, Infinity])('%s has always diverged', async (loss) => {
  expect(await hasDiverged(walkAt(1, 50), loss, 0)).toBe(true)
})
