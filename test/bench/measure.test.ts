import { describe, expect, it } from 'vitest'
import { measure, quantile } from '../../bench/measure.ts'

describe('measure', () => {
  it('runs things in turn, the warm-up included, and times only the rest', async () => {
    const order: string[] = []
    const thing = (name: string) => ({ name, run: async () => order.push(name) })
    const timings = await measure([thing('a'), thing('b')], { rounds: 2, warmup: 1 })
    expect(order.join('')).toBe('ababab')
    expect(timings.map(({ name, rounds }) => `${name} ${rounds}`)).toEqual(['a 2', 'b 2'])
  })
})

describe('quantile', () => {
  it('interpolates between the sorted values', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2)
    expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5)
    expect(quantile([4, 1, 2, 3], 0.25)).toBe(1.75)
    expect(quantile([7], 0.9)).toBe(7)
  })
  it('has none for no values', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError)
  })
})
