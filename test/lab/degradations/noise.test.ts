import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'
import { addNoise } from '../../../src/lab/degradations/noise.ts'
import { hasNanoSort, reference, sortedShare } from './nano-sort.ts'
import { weightsOf } from './weights-of.ts'

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
test('relative to a layer: all tensors of a numbered block share a unit, what is outside has its own', () => {
  const weights = makeWeights(
    new Map([
      ['wte.weight', [size]],
      ['h.0.a.weight', [size]],
      ['h.0.b.weight', [size]],
      ['encoder.layer.1.a.weight', [size]],
    ] as const),
    Float32Array.from({ length: 4 * size }, (_, i) => [2, 1, 7, 3][Math.floor(i / size)]!),
  )
  const before = weights.flat.slice()
  addNoise(weights, { scale: 0.1, relative: 'layer', stream: new RandomStream('00000000000000c9', 'noise'), draw: 0 })
  const deviation = (block: number): number => {
    const part = weights.flat.subarray(block * size, (block + 1) * size)
    return Math.sqrt(part.reduce((sum, w, i) => sum + (w - before[block * size + i]!) ** 2, 0) / size)
  }
  ;[0.2, 0.5, 0.5, 0.3].forEach((wanted, block) => {
    near(deviation(block), wanted)
  })
})
test('on matrices alone, vectors stay', () => {
  const weights = weightsOf([1, 1, 1, 1, 1, 1, 5, 6, 7])
  addNoise(weights, {
    scale: 1,
    relative: 'tensor',
    matrices: true,
    stream: new RandomStream('00000000000000c9', 'noise'),
    draw: 0,
  })
  expect(Array.from(weights.flat.subarray(6))).toEqual([5, 6, 7])
  expect(weights.flat[0]).not.toBe(1)
})
test('draws differ, and each is the same again', () => {
  expect(spreads('tensor', 1)).not.toEqual(spreads('tensor', 0))
  expect(spreads('tensor', 1)).toEqual(spreads('tensor', 1))
})

// Up to .1, where nothing is lost; the rows beyond are compared within sampling error in ../degradations.long.test.ts.
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
