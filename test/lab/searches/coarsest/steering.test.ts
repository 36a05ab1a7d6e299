import { describe, expect, it } from 'vitest'
import { nbetaFor } from '../../../../src/lab/searches/coarsest/steering.ts'

const level = (nbeta: number, mean: number) => ({ nbeta, loss: { mean } })

describe('nbetaFor', () => {
  it('follows ΔL = λ/nβ from one level', () => {
    expect(nbetaFor([level(3000, 1.02)], { from: 1, target: 1.04 })).toBeCloseTo(1500, 6)
    expect(nbetaFor([level(3000, 1.02)], { from: 1, target: 1.01 })).toBeCloseTo(6000, 6)
  })
  it('takes the measured slope between two levels', () => {
    // ΔL = 4·10⁶ / nβ²: 2000 → 1, 1000 → 4; 2 lies at 1414.
    expect(nbetaFor([level(2000, 2), level(1000, 5)], { from: 1, target: 3 })).toBeCloseTo(1410, 6)
  })
  it('goes at most eight times away from what is known', () => {
    expect(nbetaFor([level(8000, 1.001)], { from: 1, target: 9 })).toBeCloseTo(1000, 6)
    expect(nbetaFor([level(100, 9)], { from: 1, target: 1.001 })).toBeCloseTo(800, 6)
  })
  it('turns up the heat where no level is above the model yet', () => {
    expect(nbetaFor([level(4000, 0.99), level(8000, 1)], { from: 1, target: 1.1 })).toBe(1000)
  })
  it('keeps to a sane slope where noise has levels out of order', () => {
    const next = nbetaFor([level(2000, 1.2), level(1900, 1.19)], { from: 1, target: 1.4 })
    expect(next).toBeLessThan(1900)
    expect(next).toBeGreaterThanOrEqual(2000 / 8)
  })
})
