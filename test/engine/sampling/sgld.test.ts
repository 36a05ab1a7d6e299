import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { SgldArrays } from '../../../src/engine/sampling/sgld.ts'

const stream = new RandomStream('00000000000000c5', 'noise')
const dynamics = { epsilon: 0.01, nbeta: 3, gamma: 2 }

/** Arrays whose weights, gradient and start are all different. */
function arraysOf(count: number, threads?: number): SgldArrays {
  const arrays = new SgldArrays(count, threads)
  for (let i = 0; i < count; i++) {
    arrays.weights[i] = Math.sin(i)
    arrays.gradient[i] = Math.cos(3 * i)
    arrays.start[i] = Math.sin(5 * i)
  }
  return arrays
}

test('a step is w − (ε/2)[nβ·∇L + γ(w − w₀)] + √ε·ξ with the numbers of the stream', () => {
  const count = 37
  const { weights, gradient, start } = arraysOf(count)
  const noise = new Float64Array(count)
  stream.normals(4, noise)
  const expected = Array.from(weights, (w, i) => w - 0.005 * (3 * gradient[i]! + 2 * (w - start[i]!)) + 0.1 * noise[i]!)
  const arrays = arraysOf(count)
  arrays.step(dynamics, stream, 4)
  // A few roundings of fp32 of numbers below 2.
  for (const [i, value] of expected.entries()) expect(Math.abs(arrays.weights[i]! - value)).toBeLessThan(2 ** -20)
})

test('a second thread changes no bit, for two sizes by turns and the step number by number', () => {
  // Not a multiple of a chunk, nor of what is drawn at once.
  const sizes = [2 ** 20 + 5, 2 ** 21 + 16_384 + 1]
  const [ones, twos] = [1, 2].map((threads) => sizes.map((count) => arraysOf(count, threads))) as [
    SgldArrays[],
    SgldArrays[],
  ]
  for (let step = 0; step < 12; step++)
    for (const arrays of [...ones, ...twos]) arrays.step(dynamics, new RandomStream('00000000000000c6', 'noise'), step)
  const bytes = ({ weights }: SgldArrays): Buffer => Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)
  for (const [i, one] of ones.entries()) expect(Buffer.compare(bytes(one), bytes(twos[i]!))).toBe(0)
})
