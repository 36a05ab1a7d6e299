import { describe, expect, it } from 'vitest'
import { componentOf, keyFrequencies, sumSpectrum } from '../../../../src/lab/experiments/modular-addition/fourier.ts'

/** Logits of all pairs from a formula, pair (a, b) in row a·p + b. */
const logitsOf = (p: number, f: (a: number, b: number, c: number) => number) => ({
  data: Float32Array.from({ length: p ** 3 }, (_, i) => f(Math.floor(i / p ** 2), Math.floor(i / p) % p, i % p)),
  classes: p,
})
const wave = (p: number, k: number, x: number): number => Math.cos((2 * Math.PI * k * x) / p)

describe.each([7, 8])('modulo %i', (p) => {
  it('finds the frequencies that logits are made of, with their power', () => {
    const spectrum = sumSpectrum(
      logitsOf(p, (a, b, c) => 5 + 2 * wave(p, 2, a + b - c) + wave(p, 1, a + b - c)),
      p,
    )
    // cos² has the mean ½ over pairs; summed over p classes.
    expect(spectrum.power[1]).toBeCloseTo((4 * p) / 2, 4)
    expect(spectrum.power[0]).toBeCloseTo(p / 2, 4)
    expect(spectrum.power[2]).toBeCloseTo(0, 4)
    expect(spectrum.variance).toBeCloseTo((5 * p) / 2, 4)
    expect(keyFrequencies(spectrum, 0.7)).toEqual([2])
    expect(keyFrequencies(spectrum, 0.9)).toEqual([2, 1])
    const part = componentOf(spectrum, [2])
    part.forEach((row, s) => row.forEach((value, c) => expect(value).toBeCloseTo(2 * wave(p, 2, s - c), 4)))
  })
  it('sees nothing in what depends on a and b but not on their sum', () => {
    const spectrum = sumSpectrum(
      logitsOf(p, (a, b, c) => wave(p, 1, a - b + c)),
      p,
    )
    spectrum.power.forEach((power) => expect(power).toBeCloseTo(0, 6))
    expect(spectrum.variance).toBeCloseTo(p / 2, 4)
  })
  it('takes the whole of any function of the sum apart, and back together', () => {
    const table = Array.from({ length: p }, (_, s) => Array.from({ length: p }, (_, c) => Math.sin(3 * s * s + c)))
    const spectrum = sumSpectrum(
      logitsOf(p, (a, b, c) => table[(a + b) % p]![c]!),
      p,
    )
    const all = componentOf(
      spectrum,
      Array.from(spectrum.power, (_, i) => i + 1),
    )
    all.forEach((row, s) => row.forEach((value, c) => expect(value + spectrum.mean[c]!).toBeCloseTo(table[s]![c]!, 5)))
    expect(spectrum.power.reduce((a, b) => a + b, 0)).toBeCloseTo(spectrum.variance, 5)
  })
})
