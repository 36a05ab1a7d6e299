import { expect, test } from 'vitest'
import { RandomStream } from '../../../../src/engine/sampling/random.ts'
import type { SusceptibilityDraws } from '../../../../src/lab/experiments/posterior/susceptibility.ts'
import { susceptibility } from '../../../../src/lab/experiments/posterior/susceptibility.ts'

/**
 * Two tokens with losses (x − a)²/2 and (y − b)²/2 and w = (x, y), L their mean, w* the origin: under Gaussian draws of
 * known variances every mean below is known in closed form.
 */
const [a, b] = [0.3, -0.7]
const variance = { x: 0.04, y: 0.09 }
const draws = 200_000
function sample(moves: { x: boolean; y: boolean }, seed: number): SusceptibilityDraws {
  const stream = new RandomStream('00000000000000ca', 'other', seed)
  const normals = new Float64Array(2)
  const [loss, tokens]: [number[], Float32Array[]] = [[], []]
  for (let draw = 0; draw < draws; draw++) {
    stream.normals(draw, normals)
    const x = moves.x ? normals[0]! * Math.sqrt(variance.x) : 0
    const y = moves.y ? normals[1]! * Math.sqrt(variance.y) : 0
    const each = [(x - a) ** 2 / 2, (y - b) ** 2 / 2]
    tokens.push(Float32Array.from(each))
    loss.push((each[0]! + each[1]!) / 2)
  }
  return { loss, tokens }
}

test('agrees with the closed form where one coordinate is the component', () => {
  const startLoss = (a * a + b * b) / 4
  const found = susceptibility(sample({ x: true, y: false }, 1), sample({ x: true, y: true }, 2), startLoss)
  // With x alone moving, φ = (x² − 2ax)/4 and ℓ₀ − L = (ℓ₀ − ℓ₁)/2 = ((x − a)² − b²)/4.
  const v = variance.x
  const phi = v / 4
  // ⟨φ·(x² − 2ax + a² − b²)/4⟩ with ⟨x²⟩ = v, ⟨x⁴⟩ = 3v².
  const product = (3 * v * v + 4 * a * a * v + (a * a - b * b) * v) / 16
  const full = (v + a * a - variance.y - b * b) / 4
  const exact = -(product - phi * full)
  expect(Math.abs(found[0]! - exact)).toBeLessThan(4e-5) // φ·(ℓ − L) scatters by about .03 · .13: four standard errors over 200,000 draws
  expect(Math.abs(found[0]! + found[1]!)).toBeLessThan(1e-6) // ℓ₁ − L = −(ℓ₀ − L)
  expect(Math.abs(exact)).toBeGreaterThan(1e-3)
})
