import { expect, test } from 'vitest'
import { Divergence } from '../../../src/engine/sampling/divergence.ts'

/** A loss of w² and what each step's data add, at w from a start of 1, with a bound of 10. */
function walkAt(w: number, added: (step: number) => number = () => 0) {
  const arrays = { weights: Float32Array.of(w), gradient: Float32Array.of(7), start: Float32Array.of(1) }
  const asked: number[] = []
  const evaluate = (step: number): Promise<number> => {
    asked.push(step)
    arrays.gradient[0] = 2 * arrays.weights[0]!
    return Promise.resolve(arrays.weights[0]! ** 2 + added(step))
  }
  return { arrays, asked, divergence: new Divergence({ arrays, evaluate, divergesAbove: 10 }) }
}

test('a loss within bounds is not looked at twice', async () => {
  const { asked, divergence } = walkAt(3)
  expect(await divergence.at(9, 4)).toBe(false)
  expect(asked).toEqual([])
})

test('out of bounds, the same data at the start decide; weights and gradient stay', async () => {
  const { arrays, asked, divergence } = walkAt(9)
  expect(await divergence.at(81, 4)).toBe(true)
  expect([asked[0], arrays.weights[0], arrays.gradient[0]]).toEqual([4, 9, 7])
  expect(await walkAt(3, () => 50).divergence.at(59, 4)).toBe(false)
  expect(await walkAt(20, () => 50).divergence.at(450, 4)).toBe(true)
})

test('a loss as other minibatches have it from the start is none, and they are asked once', async () => {
  const { asked, divergence } = walkAt(6, (step) => (step % 8 === 3 ? 60 : 0))
  expect([await divergence.at(200, 100), await divergence.at(240, 101), await divergence.at(250, 102)]).toEqual([
    false,
    false,
    true,
  ])
  expect(asked).toHaveLength(1 + 16 + 1 + 1)
})

test.each([Number.NaN, Infinity, 1e6])('%s has always diverged', async (loss) => {
  const { asked, divergence } = walkAt(1, () => 50)
  expect(await divergence.at(loss, 0)).toBe(true)
  expect(asked).toEqual([])
})
