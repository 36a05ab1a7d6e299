import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { threefryWords } from '../../../src/engine/sampling/threefry.ts'

const seed = '0123456789abcdef'
const draw = (stream: RandomStream, step: number, n: number): Float64Array => {
  const out = new Float64Array(n)
  stream.normals(step, out)
  return out
}

test('a step is the same whenever it is drawn, and streams differ by seed, purpose, index and step', () => {
  const base = draw(new RandomStream(seed, 'noise'), 7, 5)
  expect(draw(new RandomStream(seed, 'noise'), 7, 5)).toEqual(base)
  for (const other of [
    draw(new RandomStream('0123456789abcdee', 'noise'), 7, 5),
    draw(new RandomStream(seed, 'order'), 7, 5),
    draw(new RandomStream(seed, 'noise', 1), 7, 5),
    draw(new RandomStream(seed, 'noise'), 8, 5),
  ])
    expect(other).not.toEqual(base)
})

test('a shorter draw is the beginning of a longer one', () => {
  expect(draw(new RandomStream(seed, 'noise'), 3, 101).slice(0, 10)).toEqual(
    draw(new RandomStream(seed, 'noise'), 3, 10),
  )
})

test('moments of a million normals lie within five standard errors', () => {
  const n = 1_000_000
  const values = draw(new RandomStream(seed, 'noise'), 0, n)
  const moment = (k: number): number => values.reduce((sum, v) => sum + v ** k, 0) / n
  expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(n))
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n))
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n))
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n))
})

test('a permutation holds each number once, and depends on the step', () => {
  const stream = new RandomStream(seed, 'order')
  const order = stream.permutation(0, 1000)
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  expect(stream.permutation(1, 1000)).not.toEqual(order)
})

test('whole numbers are uniform by chi-squared', () => {
  const counts = new Array<number>(16).fill(0)
  for (const value of new RandomStream(seed, 'other').integers(0, { count: 160_000, below: 16 })) counts[value]!++
  const chi2 = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
  expect(chi2).toBeLessThan(37.7) // 15 degrees of freedom, p = .001
})

test('a seed of another form is refused', () => {
  expect(() => new RandomStream('1', 'noise')).toThrow(/16 hexadecimal/)
})

test('normals are Box–Muller pairs of the generator’s words', () => {
  const stream = new RandomStream(seed, 'noise')
  const words = new Uint32Array(16)
  threefryWords(stream.key, [0, 0, 5, 0], words)
  const normals = draw(stream, 5, 16)
  const turn = (word: number): number => (2 * Math.PI * (word | 0)) / 2 ** 32
  const radius = (word: number): number => Math.sqrt(-2 * Math.log((word + 1) / 2 ** 32))
  // Four blocks lie side by side: words a and b of block j give normals j and 4 + j, words c and d give 8 + j and 12 + j.
  for (let j = 0; j < 4; j++) {
    const [a, b, c, d] = words.slice(4 * j, 4 * j + 4) as unknown as [number, number, number, number]
    const wanted = [
      radius(a) * Math.cos(turn(b)),
      radius(a) * Math.sin(turn(b)),
      radius(c) * Math.cos(turn(d)),
      radius(c) * Math.sin(turn(d)),
    ]
    wanted.forEach((value, i) => {
      expect(Math.abs(normals[4 * i + j]! - value)).toBeLessThan(2e-6)
    })
  }
})
