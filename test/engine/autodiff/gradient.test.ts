import { describe, expect, test } from 'vitest'
import { gradient, NoGradientError } from '../../../src/engine/autodiff/gradient.ts'
import type { Value } from '../../../src/engine/onnx/builder.ts'
import { GraphBuilder, int } from '../../../src/engine/onnx/builder.ts'
import type { Graph, GraphNode } from '../../../src/engine/onnx/graph.ts'
import { GraphError } from '../../../src/engine/onnx/graph.ts'
import { having } from './cases/case.ts'
import { interpret } from './interpreter/interpreter.ts'

/** Σ of what `build` makes of x, as a graph whose loss is `loss`. */
function lossOf(build: (g: GraphBuilder, x: Value) => Value, shape: readonly number[] = [2, 2]): Graph {
  const g = new GraphBuilder('graph')
  const y = build(g, g.input('x', 'float32', shape))
  return g.build([g.add('ReduceSum', [y], { as: 'loss', ...having({ keepdims: 0 }) })])
}
const differentiated = (graph: Graph, wrt: readonly string[] = ['x']): (() => unknown) => {
  return () => gradient(graph, 'loss', wrt)
}
const replaced = (graph: Graph, name: string, change: Partial<GraphNode>): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => (node.name === name ? { ...node, ...change } : node)),
})
/** The gradient with respect to x in the interpreter. */
function slope(graph: Graph, x: readonly number[]): readonly number[] {
  const made = gradient(graph, 'loss', ['x'])
  const feeds = new Map([['x', { ...graph.types.get('x')!, data: x }]])
  return interpret(made.graph, feeds, made.gradients).get(made.gradients[0]!)!.data
}

describe('what stands in the way of a gradient is an error that names it', () => {
  const odd = lossOf((g, x) => g.add('Exp', [x], { as: 'odd' }))

  test('an operator the engine does not know', () => {
    const unknown = replaced(odd, 'odd', { op: 'Mystery' })
    expect(differentiated(unknown)).toThrow(NoGradientError)
    expect(differentiated(unknown)).toThrow(/node "odd": the operator Mystery.*by its input "x"/)
  })
  test('an operator the engine does not know, where the walk first comes to what lies behind it', () => {
    const graph = lossOf((g, x) => g.add('Exp', [g.add('Tanh', [x], { as: 'far' })], { as: 'near' }))
    const types = new Map([...graph.types].filter(([name]) => name !== 'far'))
    const recurrent = { ...replaced(graph, 'far', { op: 'LSTM' }), types }
    expect(differentiated(recurrent)).toThrow(NoGradientError)
    expect(differentiated(recurrent)).toThrow(/node "near" \(Exp\).*behind node "far".*LSTM.*recurrent layers/)
  })
  test('an operator of another domain', () => {
    expect(differentiated(replaced(odd, 'odd', { op: 'com.microsoft.FusedMatMul' }))).toThrow(/"odd".*other domains/)
  })
  test('an operator whose body is a graph that reads the parameter from outside', () => {
    const branch = replaced(odd, 'odd', { op: 'If', inputs: [], captures: ['x'] })
    expect(differentiated(branch)).toThrow(/node "odd": the operator If.*which branch runs.*"x"/)
  })
  test('an attribute its rule does not cover', () => {
    const training = lossOf(
      (g, x) => {
        const ones = [1, 2, 3, 4].map((i) => g.constant('float32', [i, i]))
        return g.add('BatchNormalization', [x, ...ones], { as: 'odd', ...having({ training_mode: 1 }) })
      },
      [3, 2],
    )
    expect(differentiated(training)).toThrow(/node "odd".*training mode/)
    const wild = lossOf((g, x) =>
      g.add('ScatterElements', [x, g.constant('int64', [0, 1], [1, 2]), x], {
        as: 'odd',
        ...having({ reduction: 'xor' }),
      }),
    )
    expect(differentiated(wild)).toThrow(/node "odd".*reduction "xor"/)
  })
  test('an input its rule does not cover', () => {
    const graph = lossOf((g, x) =>
      g.add('OneHot', [g.ints([0, 1]), g.constant('int64', [2], []), g.add('Reshape', [x, g.ints([4])])], {
        as: 'odd',
      }),
    )
    expect(differentiated(graph)).toThrow(/node "odd": the operator OneHot/)
    const weights = lossOf((g, x) => {
      const scores = g.constant('float32', [1, 2, 3, 4], [2, 2])
      const classes = g.add('ReduceSum', [x, g.ints([0])], having({ keepdims: 0 }))
      return g.add('SoftmaxCrossEntropyLoss', [scores, g.ints([0, 1]), classes], { as: 'odd' })
    })
    expect(differentiated(weights)).toThrow(
      /node "odd": the rule of SoftmaxCrossEntropyLoss has no gradient for its input 2/,
    )
  })
  test('an output its rule does not cover', () => {
    const graph = lossOf((g, x) => {
      const scale = g.constant('float32', [1, 1])
      return g.addMany('LayerNormalization', [x, scale, scale], { as: 'odd', outputs: 3 })[1]!
    })
    expect(differentiated(graph)).toThrow(/node "odd".*does not cover output 1/)
  })
  test('dropout that drops', () => {
    const graph = lossOf((g, x) => g.add('Dropout', [x, g.scalar(0.5, x), g.constant('bool', [1], [])], { as: 'odd' }))
    expect(differentiated(graph)).toThrow(/node "odd" \(Dropout\).*training mode/)
  })
  test('a loss of several elements', () => {
    const g = new GraphBuilder('graph')
    const graph = g.build([g.add('Neg', [g.input('x', 'float32', [2])], { as: 'loss' })])
    expect(differentiated(graph)).toThrow(GraphError)
  })
  test('only where the loss depends on a parameter through it', () => {
    const g = new GraphBuilder('graph')
    const [x, z] = [g.input('x', 'float32', [2]), g.input('z', 'float32', [2])]
    const y = g.add('Mul', [x, g.add('Exp', [z], { as: 'odd' })])
    const graph = g.build([g.add('ReduceSum', [y], { as: 'loss', ...having({ keepdims: 0 }) })])
    const unknown = replaced(graph, 'odd', { op: 'Mystery' })
    expect(differentiated(unknown, ['x'])).not.toThrow()
    expect(differentiated(unknown, ['x', 'z'])).toThrow(NoGradientError)
  })
})

describe('what has no gradient by its nature gets none', () => {
  test('a value the loss does not depend on gets zeros', () => {
    const g = new GraphBuilder('apart')
    const [x, z] = [g.input('x', 'float32', [2]), g.input('z', 'float32', [3])]
    const loss = g.add('ReduceSum', [x], { as: 'loss', attributes: { keepdims: int(0) } })
    const { graph, gradients } = gradient(g.build([loss, g.add('Neg', [z])]), 'loss', ['x', 'z'])
    expect(graph.types.get(gradients[1]!)).toEqual({ type: 'float32', shape: [3] })
  })
  test.each<[string, (g: GraphBuilder, x: Value) => Value]>([
    ['a comparison', (g, x) => g.add('Cast', [g.add('Greater', [x, g.scalar(0, x)])], having({ to: 1 }))],
    ['a cast to whole numbers', (g, x) => g.add('Cast', [g.add('Cast', [x], having({ to: 7 }))], having({ to: 1 }))],
    ['rounding', (g, x) => g.add('Floor', [x])],
    [
      'the place of the largest',
      (g, x) => g.add('Cast', [g.add('ArgMax', [x], having({ axis: 1 }))], having({ to: 1 })),
    ],
    ['the shape', (g, x) => g.add('Cast', [g.add('Shape', [x])], having({ to: 1 }))],
  ])('a path through %s adds nothing to another path', (_, build) => {
    const graph = lossOf((g, x) => g.add('Add', [g.add('ReduceSum', [build(g, x)]), g.add('Mul', [x, x])]))
    expect(slope(graph, [1.5, -2, 0.25, 3])).toEqual([3, -4, 0.5, 6])
  })
  test('an unknown operator behind whole numbers is not in the way', () => {
    const graph = lossOf((g, x) => {
      const counts = g.add('Cast', [g.add('ArgMax', [x], { as: 'odd', ...having({ axis: 1 }) })], having({ to: 1 }))
      return g.add('Add', [counts, x])
    })
    expect(differentiated(graph)).not.toThrow()
  })
})

describe('further outputs that rules need', () => {
  test('are added to a layer norm and a pooling that lack them, under names that are free', () => {
    const g = new GraphBuilder('graph')
    const x = g.input('x', 'float32', [1, 1, 4])
    const taken = g.input('pool.1', 'float32', [1, 1, 3])
    const pooled = g.add('MaxPool', [x], { as: 'pool', ...having({ kernel_shape: [2] }) })
    const scale = g.constant('float32', [1, 1, 1])
    const normal = g.add('LayerNormalization', [g.add('Mul', [pooled, taken]), scale], { as: 'norm' })
    const graph = g.build([g.add('ReduceSum', [normal], { as: 'loss', ...having({ keepdims: 0 }) })])
    const made = gradient(graph, 'loss', ['x'])
    const outputs = (name: string): number => made.graph.nodes.find((node) => node.name === name)!.outputs.length
    expect([outputs('pool'), outputs('norm')]).toEqual([2, 3])
    expect(made.graph.inputs).toEqual(['x', 'pool.1'])
  })
})

test('a name of the graph that looks like one of ours is not taken twice', () => {
  const g = new GraphBuilder('graph')
  const x = g.input('Mul_2', 'float32', [2])
  const y = g.add('Mul', [x, g.input('constant_1', 'float32', [2])], { as: 'Mul_3' })
  const graph = g.build([g.add('ReduceSum', [y], { as: 'loss', ...having({ keepdims: 0 }) })])
  // In a file the name of a node need not be that of its output.
  const expected = gradient(graph, 'loss', ['Mul_2', 'constant_1']).graph.nodes.at(-1)!.name
  const renamed = replaced(graph, 'Mul_3', { name: expected })
  const made = gradient(renamed, 'loss', ['Mul_2', 'constant_1'])
  const values = [...made.graph.nodes.flatMap(({ outputs }) => outputs), ...made.graph.inputs]
  expect(new Set(values).size).toBe(values.length)
  const nodes = made.graph.nodes.map(({ name }) => name)
  expect(nodes.filter((name) => name.startsWith(expected))).toHaveLength(2)
  expect(new Set(nodes).size).toBe(nodes.length)
})
