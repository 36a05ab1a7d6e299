import { expect, it } from 'vitest'
import { GraphBuilder, ints } from '../../../src/engine/onnx/builder.ts'
import type { Graph } from '../../../src/engine/onnx/graph.ts'
import { fuseProducts } from '../../../src/engine/runtime/fuse-products.ts'
import { openSession } from '../../../src/engine/runtime/ort-session.ts'

const swap = { attributes: { perm: ints([0, 2, 1]) } }

/** Scores of attention, and what their gradient makes of them: transposes and factors on every side of a product. */
function example(outputs: 'all' | 'last'): Graph {
  const g = new GraphBuilder('attention')
  const [q, k] = [g.input('q', 'float32', [2, 3, 4]), g.input('k', 'float32', [2, 5, 4])]
  const scaled = g.add('Mul', [q, g.scalar(0.5, q)], { as: 'scaled' })
  const turned = g.add('Transpose', [k], { ...swap, as: 'turned' })
  const scores = g.add('MatMul', [scaled, turned], { as: 'scores' })
  const back = g.add('MatMul', [scores, g.add('Transpose', [turned], swap)])
  const dq = g.add('Mul', [g.scalar(3, q), back], { as: 'dq' })
  const dk = g.add('Transpose', [g.add('MatMul', [g.add('Transpose', [scaled], swap), scores])], { ...swap, as: 'dk' })
  return g.build(outputs === 'all' ? [scores, scaled, turned, dq, dk] : [dq, dk])
}

async function results(graph: Graph): Promise<Record<string, number[]>> {
  const input = (shape: number[], shift: number) => ({
    type: 'float32' as const,
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i + shift)),
  })
  const session = await openSession(graph, { threads: 1 })
  const found = await session.run({ q: input([2, 3, 4], 0), k: input([2, 5, 4], 0.3) })
  await session.close()
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, Array.from(data, Number)]))
}

it.each(['all', 'last'] as const)('gives the same values, outputs: %s', async (outputs) => {
  const graph = example(outputs)
  const [plain, fused] = [await results(graph), await results(fuseProducts(graph))]
  expect(Object.keys(fused)).toEqual(graph.outputs)
  for (const [name, values] of Object.entries(plain))
    values.forEach((value, i) => {
      expect(fused[name]![i]).toBeCloseTo(value, 5)
    })
})
it('takes in every transpose and factor around a product', () => {
  expect(fuseProducts(example('last')).nodes.map(({ op }) => op)).toEqual(Array(3).fill('com.microsoft.FusedMatMul'))
})
it('leaves what is read elsewhere', () => {
  const { nodes } = fuseProducts(example('all'))
  expect(nodes.flatMap(({ outputs }) => outputs)).toEqual(expect.arrayContaining(['scaled', 'turned', 'scores']))
})
