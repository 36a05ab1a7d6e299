import fc from 'fast-check'
import { expect, it } from 'vitest'
import { topologicalOrder } from '../../src/compiler/topological-order.ts'

it('puts every item after what it needs, whatever the graph', () => {
  const graphs = fc
    .integer({ min: 1, max: 20 })
    .chain((size) =>
      fc
        .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 40 })
        .chain((edges) =>
          fc.shuffledSubarray([...Array(size).keys()], { minLength: size }).map((order) => ({ size, edges, order })),
        ),
    )
  fc.assert(
    fc.property(graphs, ({ edges, order }) => {
      // An edge from the greater to the smaller number cannot close a cycle.
      const needs = (id: number): string[] =>
        edges.flatMap(([a, b]) => (Math.max(a, b) === id && a !== b ? [String(Math.min(a, b))] : []))
      const items = order.map((id) => ({ id: String(id), needs: needs(id) }))
      const sorted = topologicalOrder(items).map(({ id }) => id)
      expect([...sorted].sort()).toEqual(items.map(({ id }) => id).sort())
      for (const item of items)
        for (const need of item.needs) expect(sorted.indexOf(need)).toBeLessThan(sorted.indexOf(item.id))
    }),
  )
})
it('keeps the order of the file where nothing is needed', () => {
  const items = ['c', 'a', 'b'].map((id) => ({ id, needs: [] }))
  expect(topologicalOrder(items)).toEqual(items)
})
it('throws on a cycle, which the rules should have found', () => {
  expect(() => topologicalOrder([{ id: 'a', needs: ['a'] }])).toThrow('wait for each other')
})
