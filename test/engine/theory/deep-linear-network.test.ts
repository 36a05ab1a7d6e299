import { describe, expect, test } from 'vitest'
import { deepLinearNetwork } from '../../../src/engine/theory/deep-linear-network.ts'

/** Widths, rank, λ as a fraction, m. The rows of Aoyagi and Watanabe 2005 and of published implementations; the rest from a separate script. */
const table: readonly (readonly [widths: string, rank: number, lambda: string, multiplicity: number])[] = [
  ['1,1,1', 0, '1/2', 2],
  ['1,1,1,1', 0, '1/2', 3],
  ['1,1,1,1,1', 0, '1/2', 4],
  ['2,1,2', 0, '1/1', 2],
  ['2,2,2', 0, '3/2', 1],
  ['2,2,2', 1, '2/1', 2],
  ['2,2,2', 2, '2/1', 1],
  ['3,2,3', 0, '5/2', 1],
  ['5,3,5', 0, '13/2', 2],
  ['5,4,5', 0, '8/1', 1],
  ['4,3,8', 0, '6/1', 1],
  ['8,3,4', 0, '6/1', 1],
  ['3,8,4', 0, '6/1', 1],
  ['5,5,5,5', 2, '11/1', 1],
  ['4,4,4,4', 0, '11/2', 3],
  ['4,4,4,4', 2, '15/2', 3],
  ['10,10,10', 0, '75/2', 1],
  ['10,10,10', 5, '47/1', 2],
  ['6,4,5,7', 3, '16/1', 1],
  ['3,3,3,3,3', 1, '4/1', 5],
  ['10,20,20,10', 10, '50/1', 1],
  ['100,89,467,95,231,59,159,36,225,210,342,457,495,366,186', 36, '4500/1', 1],
]
const widthsOf = (text: string): number[] => text.split(',').map(Number)

test.each(table)('%s at rank %i: λ = %s, m = %i', (...[widths, rank, lambda, multiplicity]) => {
  const found = deepLinearNetwork(widthsOf(widths), rank)
  expect(`${found.numerator}/${found.denominator}`).toBe(lambda)
  expect(found.multiplicity).toBe(multiplicity)
})

/** Aoyagi and Watanabe 2005, theorem 1: λ times 8 and m of reduced rank regression. */
function reducedRank([m, h, n]: readonly [number, number, number], r: number): { eight: number; multiplicity: number } {
  if (n + r <= m + h && m + r <= n + h && h + r <= m + n) {
    const s = -((h + r) ** 2) - m * m - n * n + 2 * (h + r) * m + 2 * (h + r) * n + 2 * m * n
    const odd = (m + h + n + r) % 2
    return { eight: s + odd, multiplicity: odd + 1 }
  }
  if (m + h < n + r) return { eight: 4 * (h * m - h * r + n * r), multiplicity: 1 }
  if (n + h < m + r) return { eight: 4 * (h * n - h * r + m * r), multiplicity: 1 }
  return { eight: 4 * m * n, multiplicity: 1 }
}

describe('properties', () => {
  test('with one hidden layer it is reduced rank regression, in all cases up to width 8', () => {
    let cases = 0
    for (let m = 1; m <= 8; m++)
      for (let h = 1; h <= 8; h++)
        for (let n = 1; n <= 8; n++)
          for (let r = 0; r <= Math.min(m, h, n); r++) {
            const { lambda, multiplicity } = deepLinearNetwork([m, h, n], r)
            expect({ eight: 8 * lambda, multiplicity }, `${m},${h},${n} rank ${r}`).toEqual(reducedRank([m, h, n], r))
            cases++
          }
    expect(cases).toBe(1808)
  })

  test('the order of the hidden layers does not matter, and λ is at most half the parameters', () => {
    const random = (() => {
      let state = 12345
      return (n: number) => (state = (state * 48271) % 2147483647) % n
    })()
    for (let i = 0; i < 500; i++) {
      const widths = Array.from({ length: 3 + random(5) }, () => 1 + random(12))
      const rank = random(Math.min(...widths) + 1)
      const found = deepLinearNetwork(widths, rank)
      const turned = [widths[0]!, ...widths.slice(1, -1).reverse(), widths.at(-1)!]
      expect(deepLinearNetwork(turned, rank)).toEqual(found)
      const size = widths.slice(1).reduce((sum, width, j) => sum + width * widths[j]!, 0)
      expect(found.lambda).toBeLessThanOrEqual(size / 2)
      expect(found.lambda).toBeGreaterThan(0)
    }
  })

  test.each([
    [[2, 2], 0],
    [[2, 0, 2], 0],
    [[2, 1, 2], 2],
    [[2, 2, 2], 0.5],
    [[2, 2, 2], -1],
  ])('widths %j at rank %d are refused', (widths, rank) => {
    expect(() => deepLinearNetwork(widths, rank)).toThrow(RangeError)
  })
})
