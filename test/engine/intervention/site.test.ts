import { describe, expect, it } from 'vitest'
import { markSite, type Site, type SiteShape } from '../../../src/engine/intervention/site.ts'

const marked = (site: SiteShape, sequence: number, where: Site): number[] => {
  const mask = new Uint8Array(site.shape.reduce((n, size) => n * size, 1))
  markSite(mask, site, { ...where, sequence })
  return [...mask.entries()].filter(([, bit]) => bit === 1).map(([i]) => i)
}
const stream: SiteShape = { axes: ['row', 'unit'], shape: [6, 2], length: 3 }
const heads: SiteShape = { axes: ['sequence', 'head', 'position', 'unit'], shape: [2, 2, 3, 2], length: 3 }

describe('markSite', () => {
  it('marks all of one sequence where nothing is said', () => {
    expect(marked(stream, 1, {})).toEqual([6, 7, 8, 9, 10, 11])
    expect(marked(heads, 0, {})).toHaveLength(12)
  })
  it('marks positions, heads and units', () => {
    expect(marked(stream, 1, { positions: [2], units: [1] })).toEqual([11])
    expect(marked(heads, 1, { heads: [0], positions: [1, 2], units: [0] })).toEqual([14, 16])
  })
  it('refuses an axis that the value has not, and an index beyond it', () => {
    expect(() => marked(stream, 0, { heads: [0] })).toThrow(/no axis of heads; it has row, unit/)
    expect(() => marked(stream, 0, { positions: [3] })).toThrow(/no position 3: they run from 0 to 2/)
    expect(() => marked(heads, 0, { units: [2] })).toThrow(/no unit 2/)
  })
})
