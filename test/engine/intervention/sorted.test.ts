import { expect, it } from 'vitest'
import { sorted } from '../../../src/engine/intervention/sorted.ts'
import { GraphBuilder } from '../../../src/engine/onnx/builder.ts'

function chain() {
  const g = new GraphBuilder('chain')
  const x = g.input('x', 'float32', [2])
  const unused = g.input('unused', 'float32', [2])
  const a = g.add('Add', [x, x], { as: 'a' })
  const b = g.add('Mul', [a, x], { as: 'b' })
  return g.build([g.add('Add', [b, a], { as: 'c' }), g.add('Neg', [unused], { as: 'd' })])
}

it('puts nodes after what they read and drops what no output needs', () => {
  const graph = chain()
  const { nodes, inputs } = sorted({ ...graph, nodes: graph.nodes.toReversed(), outputs: ['c'] })
  expect(nodes.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(inputs).toEqual(['x'])
})
it('says where a graph goes round in a circle', () => {
  const graph = chain()
  const nodes = graph.nodes.map((node) => (node.name === 'a' ? { ...node, inputs: ['b', 'x'] } : node))
  expect(() => sorted({ ...graph, nodes, outputs: ['c'] })).toThrow(/has a cycle through node/)
})
