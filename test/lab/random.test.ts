import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/lab/random.ts'

const many = (seed: string, ...path: string[]): number[] => {
  const random = seededRandom(seed, ...path)
  return Array.from({ length: 20_000 }, () => random.uniform())
}

describe('seededRandom', () => {
  it('gives the same sequence for the same seed and path, and another for another', () => {
    expect(many('00ff', 'a').slice(0, 600)).toEqual(many('00ff', 'a').slice(0, 600))
    expect(many('00ff', 'a')[0]).not.toBe(many('00ff', 'b')[0])
    expect(many('00ff', 'a')[0]).not.toBe(many('01ff', 'a')[0])
  })

  it('is uniform in mean, variance and neighbouring pairs', () => {
    const values = many('00ff', 'uniform')
    const mean = values.reduce((a, b) => a + b) / values.length
    const variance = values.reduce((a, b) => a + (b - 0.5) ** 2, 0) / values.length
    const pairs =
      values.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * ((values[i] ?? 0) - 0.5), 0) / values.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / values.length))
    expect(Math.abs(pairs)).toBeLessThan(4 / 12 / Math.sqrt(values.length))
  })

  it('never repeats a block when it refills its buffer', () => {
    expect(new Set(many('00ff', 'refill')).size).toBe(20_000)
  })

  it('shuffles without loss and picks every item', () => {
    const random = seededRandom('00ff', 'shuffle')
    const items = Array.from({ length: 50 }, (_, i) => i)
    expect(random.shuffled(items)).not.toEqual(items)
    expect(random.shuffled(items).sort((a, b) => a - b)).toEqual(items)
    expect(new Set(Array.from({ length: 2000 }, () => random.pick(items))).size).toBe(50)
    expect(() => random.pick([])).toThrow(RangeError)
  })
})
