import { expect, test } from 'vitest'
import { doses } from '../../../src/lab/degradations/doses.ts'
import { catalog } from '../../../src/lab/index.ts'

test.each(Object.entries(doses))('%s: its parameter exists, and the way there and back is one way', (kind, dose) => {
  expect(Object.keys(catalog.get(kind)!.params.properties)).toContain(dose.param)
  for (const coldness of [dose.start, 4 * dose.start, Math.max(dose.hottest, dose.start / 4)]) {
    const value = dose.value(coldness)
    expect(dose.value(dose.coldness(value))).toBeCloseTo(value, 10)
    expect(dose.label(value)).toMatch(/\d/)
  }
})

test('rougher is always less cold', () => {
  expect(doses['noise']!.coldness(0.2)).toBeLessThan(doses['noise']!.coldness(0.1))
  expect(doses['quantize']!.coldness(3)).toBeLessThan(doses['quantize']!.coldness(8))
  expect(doses['line']!.value(1e-3)).toBe(1)
})

test('every degradation of the catalog that has no dose is known', () => {
  const without = catalog.all().filter(({ role, name }) => role === 'degradation' && doses[name] === undefined)
  expect(without.map(({ name }) => name)).toEqual([])
})

test('the dose that changes nothing has a coldness that JSON holds, above every other', () => {
  for (const [kind, nothing, little] of [
    ['noise', 0, 1e-6],
    ['line', 0, 1e-6],
    ['prune', 0, 1e-6],
    ['low-rank', 1, 1 - 1e-9],
    ['ablate', 0, 1],
  ] as const) {
    const { coldness } = doses[kind]!
    expect(Number.isFinite(coldness(nothing)), kind).toBe(true)
    expect(coldness(nothing), kind).toBeGreaterThan(coldness(little))
  }
})
