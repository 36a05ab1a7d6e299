import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'
import { addNoise } from '../../../src/lab/degradations/noise.ts'
import { hasNanoSort, reference, sortedShare } from './nano-sort.ts'

const size = 20_000
/** Standard deviation of the change of two tensors, one of magnitude 1, the other of magnitude 10. */
function spreads(relative: 'tensor' | 'model' | 'nothing', draw = 0): [number, number] {
  const weights = makeWeights(
    new Map([
      ['a', [size]],
      ['b', [size]],
    ] as const),
    new Float32Array(2 * size).fill(1).fill(10, size),
  )
  const before = weights.flat.slice()
  addNoise(weights, { scale: 0.1, relative, stream: new RandomStream('00000000000000c9', 'noise'), draw })
  const of = (from: number): number =>
    Math.sqrt(weights.flat.slice(from, from + size).reduce((sum, w, i) => sum + (w - before[from + i]!) ** 2, 0) / size)
  return [of(0), of(size)]
}
// The standard deviation of 20,000 draws is known to ½ %; four of these.
const near = (value: number, wanted: number): void => {
  expect(Math.abs(value / wanted - 1)).toBeLessThan(0.02)
}

test('relative to each tensor, to all weights, or to nothing', () => {
  const rms = Math.sqrt((1 + 100) / 2)
  for (const [relative, a, b] of [
    ['tensor', 0.1, 1],
    ['model', 0.1 * rms, 0.1 * rms],
    ['nothing', 0.1, 0.1],
  ] as const) {
    const [first, second] = spreads(relative)
    near(first, a)
    near(second, b)
  }
})
test('draws differ, and each is the same again', () => {
  expect(spreads('tensor', 1)).not.toEqual(spreads('tensor', 0))
  expect(spreads('tensor', 1)).toEqual(spreads('tensor', 1))
})

test.skipIf(!hasNanoSort)(
  'a real model loses accuracy under noise as the reference table says, within sampling error',
  async () => {
    const { noise } = await reference()
    for (const scale of [0.1, 0.3, 0.5, 1]) {
      const [mean] = noise[scale === 1 ? '1.0' : String(scale)]!
      const found: number[] = []
      for (let draw = 0; draw < 10; draw++)
        found.push(
          await sortedShare((weights) => {
            addNoise(weights, {
              scale,
              relative: 'tensor',
              stream: new RandomStream('00000000000000ca', 'noise'),
              draw,
            })
          }),
        )
      const ours = found.reduce((a, b) => a + b, 0) / found.length
      const variance = found.reduce((sum, one) => sum + (one - ours) ** 2, 0) / (found.length - 1)
      // Their mean is over 5 draws and ours over 10; accuracies near one are skewed, so a hundredth is added.
      const error = Math.sqrt(variance * (1 / 5 + 1 / 10))
      expect(Math.abs(ours - mean), `noise ${scale}: ${ours}, reference ${mean}`).toBeLessThan(3 * error + 0.01)
    }
  },
)
