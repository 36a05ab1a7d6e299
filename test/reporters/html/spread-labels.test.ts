import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spreadLabels } from '../../../src/reporters/html/spread-labels.ts'

test('labels far apart stay where they are', () => {
  expect(spreadLabels([100, 20, 60], { gap: 16, top: 0, bottom: 200 })).toEqual([100, 20, 60])
})

test('near ones move apart in their order, and stay inside', () => {
  expect(spreadLabels([50, 52, 49], { gap: 16, top: 0, bottom: 200 })).toEqual([65, 81, 49])
  expect(spreadLabels([198, 199], { gap: 16, top: 0, bottom: 200 })).toEqual([184, 200])
})

test('wherever there is room, neighbours are a gap apart', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 20 }), (wished) => {
      const placed = spreadLabels(wished, { gap: 16, top: 0, bottom: 400 }).sort((a, b) => a - b)
      for (let i = 1; i < placed.length; i++) expect(placed[i]! - placed[i - 1]!).toBeGreaterThan(16 - 1e-9)
    }),
  )
})
