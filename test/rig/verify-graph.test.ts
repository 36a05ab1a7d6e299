import { expect, test } from 'vitest'
import { GraphBuilder, int } from '../../src/engine/onnx/builder.ts'
import type { Graph, GraphNode } from '../../src/engine/onnx/graph.ts'
import { GraphError } from '../../src/engine/onnx/graph.ts'
import { verifyGraph } from './verify-graph.ts'

function graph(): Graph {
  const g = new GraphBuilder('net')
  const x = g.input('x', 'float32', [2, 3])
  const w = g.tensor('w', { type: 'float32', shape: [3, 4], data: new Float32Array(12) })
  const h = g.add('MatMul', [x, w], { as: 'h' })
  return g.build([g.add('Softmax', [h], { as: 'y', attributes: { axis: int(-1) } })])
}
const withNodes = (change: (nodes: readonly GraphNode[]) => readonly GraphNode[]): Graph => {
  const whole = graph()
  return { ...whole, nodes: change(whole.nodes) }
}
const [product, softmax] = graph().nodes as [GraphNode, GraphNode]

test('a graph that was built is right', () => {
  expect(() => verifyGraph(graph())).not.toThrow()
})
test.each<[string, Graph, RegExp]>([
  [
    'the wrong order',
    withNodes((nodes) => nodes.toReversed()),
    /node "y" \(Softmax\) reads "h", which nothing before it makes/,
  ],
  ['a name made twice', withNodes((nodes) => [...nodes, softmax]), /node "y" \(Softmax\) makes "y" again/],
  ['an output nobody makes', withNodes((nodes) => nodes.slice(0, 1)), /nothing makes its output "y"/],
  [
    'too few inputs',
    withNodes(() => [{ ...product, inputs: ['x'] }, softmax]),
    /node "h" \(MatMul\): its input 1 is missing/,
  ],
  [
    'a left-out input',
    withNodes(() => [{ ...product, inputs: ['', 'w'] }, softmax]),
    /\(MatMul\): its input 0 is missing/,
  ],
  [
    'too many inputs',
    withNodes(() => [product, { ...softmax, inputs: ['h', 'h'] }]),
    /has 2 inputs and takes at most 1/,
  ],
  [
    'too many outputs',
    withNodes(() => [product, { ...softmax, outputs: ['y', 'z'] }]),
    /has 2 outputs and makes at most 1/,
  ],
  [
    'a type that does not follow',
    { ...graph(), types: new Map([...graph().types, ['h', { type: 'float32', shape: [2, 5] }]]) },
    /"h" is float32 \[2, 4\], and the graph says float32 \[2, 5\]/,
  ],
  [
    'an input without a type',
    { ...graph(), types: new Map([...graph().types].filter(([name]) => name !== 'x')) },
    /its input "x" has no type/,
  ],
  [
    'a constant of another size',
    { ...graph(), constants: new Map([['w', { type: 'float32', shape: [3, 4], data: new Float32Array(5) }]]) },
    /constant "w" has 5 elements for \[3, 4\]/,
  ],
  [
    'a domain without a version',
    withNodes(() => [product, { ...softmax, op: 'com.microsoft.Softmax' }]),
    /does not say which version of com\.microsoft it uses/,
  ],
  [
    'a capture from nowhere',
    withNodes(() => [product, { ...softmax, captures: ['gone'] }]),
    /reads "gone", which nothing before it makes/,
  ],
])('%s is found', (_, broken, message) => {
  expect(() => verifyGraph(broken)).toThrow(GraphError)
  expect(() => verifyGraph(broken)).toThrow(message)
})
