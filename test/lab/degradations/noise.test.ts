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

// Only up to .1, where the reference table has lost nothing. Beyond, it does not agree with this definition (every tensor, its own
// root mean square): at .5 it has .884 over 5 draws, where 80 draws here give .664 ± .024. Noise on matrices alone gives
// .787 ± .035 and would fit, but which the table used is not known, so nothing is claimed of those rows.
test.skipIf(!hasNanoSort)('a real model keeps all its accuracy up to noise .1, as in the reference table', async () => {
  const { noise } = await reference()
  const kept = Object.entries(noise).filter(([, [mean]]) => mean === 1)
  expect(kept.map(([scale]) => scale)).toEqual(['0.01', '0.03', '0.1', '0.2'])
  for (const scale of [0.01, 0.03, 0.1])
    for (let draw = 0; draw < 5; draw++)
      expect(
        await sortedShare((weights) => {
          addNoise(weights, {
            scale,
            relative: 'tensor',
            stream: new RandomStream('00000000000000ca', 'noise'),
            draw,
          })
        }),
        `noise ${scale}, draw ${draw}`,
      ).toBe(1)
})
