import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareRows } from '../../../src/reporters/tui/share-rows.ts'

test('with room enough everybody gets what they want, and the curve at most twelve rows', () => {
  expect(shareRows(60, { stages: 6, failures: 0, running: 2, levels: 8, curve: true })).toEqual({
    stages: 6,
    failures: 0,
    running: 2,
    levels: 8,
    curve: 12,
  })
})

test('with little room the picture goes first, then levels and stages', () => {
  expect(shareRows(16, { stages: 6, failures: 0, running: 2, levels: 8, curve: true })).toEqual({
    stages: 6,
    failures: 0,
    running: 2,
    levels: 5,
    curve: 0,
  })
})

test('failures are shown before levels', () => {
  expect(shareRows(12, { stages: 3, failures: 6, running: 2, levels: 8, curve: true })).toMatchObject({
    stages: 3,
    failures: 6,
    levels: 0,
  })
})

test('never more than there is', () => {
  const wish = fc.nat({ max: 40 })
  fc.assert(
    fc.property(
      fc.nat({ max: 60 }),
      fc.record({ stages: wish, failures: wish, running: wish, levels: wish, curve: fc.boolean() }),
      (rows, wishes) => {
        const { stages, failures, running, levels, curve } = shareRows(rows, wishes)
        expect(
          stages + failures + running + levels + (levels > 0 ? 2 : 0) + (curve > 0 ? curve + 3 : 0),
        ).toBeLessThanOrEqual(rows)
      },
    ),
  )
})
