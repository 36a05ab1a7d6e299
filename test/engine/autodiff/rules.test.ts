import { describe, expect, test } from 'vitest'
import { gradient, NoGradientError } from '../../../src/engine/autodiff/gradient.ts'
import { rules } from '../../../src/engine/autodiff/rules/index.ts'
import type { Value } from '../../../src/engine/onnx/builder.ts'
import { float, GraphBuilder, int, ints, text } from '../../../src/engine/onnx/builder.ts'
import type { Op } from '../../../src/engine/onnx/ops.ts'
import type { Case } from './finite-differences.ts'
import { gradientError } from './finite-differences.ts'

const unary = (op: Op, more: Partial<Case> = {}): Record<string, Case[]> => ({
  [op]: [{ title: op, shapes: [[2, 3]], build: (g, [x]) => g.add(op, [x!]), ...more }],
})
const binary = (op: Op, more: Partial<Case> = {}): Record<string, Case[]> => ({
  [op]: [
    {
      title: `${op}, equal shapes`,
      shapes: [
        [2, 3],
        [2, 3],
      ],
      build: (g, [a, b]) => g.add(op, [a!, b!]),
      ...more,
    },
    { title: `${op}, right side broadcast`, shapes: [[2, 3], [3]], build: (g, [a, b]) => g.add(op, [a!, b!]), ...more },
    {
      title: `${op}, both sides broadcast`,
      shapes: [
        [2, 1, 2],
        [3, 1],
      ],
      build: (g, [a, b]) => g.add(op, [a!, b!]),
      ...more,
    },
    {
      title: `${op}, one value twice`,
      shapes: [[2, 3]],
      build: (g, [a]) => g.add(op, [a!, g.add('Mul', [a!, g.scalar(1.5, a!)])]),
      ...more,
    },
  ],
})
const gemm = (transA: number, transB: number): Case => ({
  title: `Gemm transA ${transA} transB ${transB}`,
  shapes: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
  build: (g, [a, b, c]) =>
    g.add('Gemm', [a!, b!, c!], {
      attributes: { transA: int(transA), transB: int(transB), alpha: float(0.5), beta: float(1.5) },
    }),
})
const reduce = (op: Op): Record<string, Case[]> => ({
  [op]: [
    { title: `${op}, one axis kept`, shapes: [[2, 3, 2]], build: (g, [x]) => g.add(op, [x!, g.ints([1])]) },
    {
      title: `${op}, two axes dropped`,
      shapes: [[2, 3, 2]],
      build: (g, [x]) => g.add(op, [x!, g.ints([0, -1])], { attributes: { keepdims: int(0) } }),
    },
    {
      title: `${op}, all axes`,
      shapes: [[2, 3]],
      build: (g, [x]) => g.add(op, [x!], { attributes: { keepdims: int(0) } }),
    },
  ],
})
const indices = (g: GraphBuilder, values: number[], shape: number[]): Value => g.constant('int64', values, shape)

/** At least one case for every operator that has a rule; the last test demands it. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  ...binary('Add'),
  ...binary('Sub'),
  ...binary('Mul'),
  ...binary('Div', { shift: 0.7 }),
  Pow: [{ title: 'Pow', shapes: [[2, 3], [3]], shift: 0.7, build: (g, [a, b]) => g.add('Pow', [a!, b!]) }],
  Max: [{ title: 'Max, broadcast', shapes: [[2, 3], [3]], build: (g, [a, b]) => g.add('Max', [a!, b!]) }],
  Min: [{ title: 'Min, broadcast', shapes: [[2, 3], [3]], build: (g, [a, b]) => g.add('Min', [a!, b!]) }],
  ...unary('Neg'),
  ...unary('Identity'),
  ...unary('Exp'),
  ...unary('Log', { shift: 0.7 }),
  ...unary('Sqrt', { shift: 0.7 }),
  ...unary('Reciprocal', { shift: 0.7 }),
  ...unary('Abs'),
  ...unary('Tanh'),
  ...unary('Sigmoid'),
  ...unary('Relu'),
  ...unary('Sin'),
  ...unary('Cos'),
  ...unary('Erf', { type: 'float32' }),
  Gelu: [
    {
      title: 'Gelu, tanh',
      shapes: [[2, 3]],
      type: 'float32',
      build: (g, [x]) => g.add('Gelu', [x!], { attributes: { approximate: text('tanh') } }),
    },
    { title: 'Gelu, erf', shapes: [[2, 3]], type: 'float32', build: (g, [x]) => g.add('Gelu', [x!]) },
  ],
  Where: [
    {
      title: 'Where',
      shapes: [[2, 3], [3]],
      build: (g, [a, b]) => g.add('Where', [g.constant('bool', [1, 0, 0, 1, 1, 0], [2, 3]), a!, b!]),
    },
  ],
  Cast: [
    {
      title: 'Cast to itself through float32',
      shapes: [[2]],
      type: 'float32',
      build: (g, [x]) =>
        g.add('Cast', [g.add('Cast', [x!], { attributes: { to: int(11) } })], { attributes: { to: int(1) } }),
    },
  ],
  MatMul: [
    {
      title: 'MatMul, matrices',
      shapes: [
        [2, 3],
        [3, 4],
      ],
      build: (g, [a, b]) => g.add('MatMul', [a!, b!]),
    },
    {
      title: 'MatMul, batches',
      shapes: [
        [2, 2, 3],
        [2, 3, 2],
      ],
      build: (g, [a, b]) => g.add('MatMul', [a!, b!]),
    },
    {
      title: 'MatMul, one matrix for a batch',
      shapes: [
        [2, 2, 3],
        [3, 2],
      ],
      build: (g, [a, b]) => g.add('MatMul', [a!, b!]),
    },
    {
      title: 'MatMul, batch broadcast',
      shapes: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      build: (g, [a, b]) => g.add('MatMul', [a!, b!]),
    },
  ],
  Gemm: [gemm(0, 0), gemm(0, 1), gemm(1, 0), gemm(1, 1)],
  ...reduce('ReduceSum'),
  ...reduce('ReduceMean'),
  ...reduce('ReduceMax'),
  Softmax: [0, 1, -1].map((axis) => ({
    title: `Softmax, axis ${axis}`,
    shapes: [[2, 3, 2]],
    build: (g, [x]) => g.add('Softmax', [x!], { attributes: { axis: int(axis) } }),
  })),
  LogSoftmax: [0, -1].map((axis) => ({
    title: `LogSoftmax, axis ${axis}`,
    shapes: [[2, 3]],
    build: (g, [x]) => g.add('LogSoftmax', [x!], { attributes: { axis: int(axis) } }),
  })),
  LayerNormalization: [
    {
      title: 'LayerNormalization',
      shapes: [[2, 5], [5], [5]],
      type: 'float32',
      build: (g, [x, scale, shift]) =>
        g.addMany('LayerNormalization', [x!, scale!, shift!], {
          attributes: { axis: int(-1), epsilon: float(1e-5) },
          outputs: 3,
        })[0]!,
    },
  ],
  Transpose: [
    {
      title: 'Transpose',
      shapes: [[2, 3, 4]],
      build: (g, [x]) => g.add('Transpose', [x!], { attributes: { perm: ints([2, 0, 1]) } }),
    },
  ],
  Reshape: [{ title: 'Reshape', shapes: [[2, 3]], build: (g, [x]) => g.add('Reshape', [x!, g.ints([3, -1])]) }],
  Squeeze: [{ title: 'Squeeze', shapes: [[2, 1, 3]], build: (g, [x]) => g.add('Squeeze', [x!, g.ints([1])]) }],
  Unsqueeze: [{ title: 'Unsqueeze', shapes: [[2, 3]], build: (g, [x]) => g.add('Unsqueeze', [x!, g.ints([0, -1])]) }],
  Expand: [{ title: 'Expand', shapes: [[2, 1]], build: (g, [x]) => g.add('Expand', [x!, g.ints([3, 2, 4])]) }],
  Split: [
    {
      title: 'Split, one part unused',
      shapes: [[2, 5]],
      build: (g, [x]) => {
        const parts = g.addMany('Split', [x!, g.ints([1, 2, 2])], { attributes: { axis: int(1) }, outputs: 3 })
        return g.add('Mul', [parts[0]!, parts[2]!])
      },
    },
  ],
  Concat: [
    {
      title: 'Concat',
      shapes: [
        [2, 1],
        [2, 3],
      ],
      build: (g, [a, b]) => g.add('Concat', [a!, b!, a!], { attributes: { axis: int(-1) } }),
    },
  ],
  Slice: [
    {
      title: 'Slice',
      shapes: [[3, 4]],
      build: (g, [x]) => g.add('Slice', [x!, g.ints([1, 0]), g.ints([3, 4]), g.ints([0, 1]), g.ints([1, 2])]),
    },
    {
      title: 'Slice, backwards',
      shapes: [[4]],
      build: (g, [x]) => g.add('Slice', [x!, g.ints([-1]), g.ints([-4]), g.ints([0]), g.ints([-2])]),
    },
  ],
  Gather: [
    {
      title: 'Gather, a row twice',
      shapes: [[3, 2]],
      build: (g, [x]) => g.add('Gather', [x!, indices(g, [2, 0, 2, 1], [2, 2])]),
    },
    {
      title: 'Gather, axis 1',
      shapes: [[2, 3, 2]],
      build: (g, [x]) => g.add('Gather', [x!, indices(g, [2, 0, 2], [3])], { attributes: { axis: int(1) } }),
    },
  ],
  GatherElements: [
    {
      title: 'GatherElements',
      shapes: [[2, 3]],
      build: (g, [x]) =>
        g.add('GatherElements', [x!, indices(g, [2, 2, 0, 1], [2, 2])], { attributes: { axis: int(1) } }),
    },
  ],
  ScatterElements: [
    {
      title: 'ScatterElements',
      shapes: [
        [2, 3],
        [2, 1],
      ],
      build: (g, [x, u]) =>
        g.add('ScatterElements', [x!, indices(g, [2, 0], [2, 1]), u!], { attributes: { axis: int(1) } }),
    },
    {
      title: 'ScatterElements, add',
      shapes: [
        [2, 3],
        [2, 2],
      ],
      build: (g, [x, u]) =>
        g.add('ScatterElements', [x!, indices(g, [2, 2, 0, 1], [2, 2]), u!], {
          attributes: { axis: int(1), reduction: text('add') },
        }),
    },
  ],
  ScatterND: [
    {
      title: 'ScatterND',
      shapes: [
        [3, 2],
        [2, 2],
      ],
      build: (g, [x, u]) => g.add('ScatterND', [x!, indices(g, [2, 0], [2, 1]), u!]),
    },
    {
      title: 'ScatterND, add',
      shapes: [
        [3, 2],
        [2, 2],
      ],
      build: (g, [x, u]) =>
        g.add('ScatterND', [x!, indices(g, [2, 2], [2, 1]), u!], { attributes: { reduction: text('add') } }),
    },
  ],
}

describe('every gradient rule agrees with finite differences', () => {
  for (const list of Object.values(cases))
    for (const one of list)
      test(one.title, async () => {
        expect(await gradientError(one)).toBeLessThan(one.type === 'float32' ? 2e-4 : 1e-6)
      })
})

test('every operator with a rule has a case', () => {
  const demanded = Object.entries(rules)
    .filter(([, rule]) => rule !== 'no-gradient')
    .map(([op]) => op)
  expect(demanded.filter((op) => cases[op] === undefined)).toEqual([])
})

test('an operator without a rule is an error that names node and operator', () => {
  const g = new GraphBuilder('unruly')
  const x = g.input('x', 'float32', [2])
  const y = g.add('ReduceSum', [x], { as: 'loss', attributes: { keepdims: int(0) } })
  const graph = g.build([y])
  const odd = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, op: 'Mystery' })) }
  expect(() => gradient(odd, 'loss', ['x'])).toThrow(NoGradientError)
  expect(() => gradient(odd, 'loss', ['x'])).toThrow(/node "loss".*Mystery.*x/s)
})

test('a value the loss does not depend on gets zeros', () => {
  const g = new GraphBuilder('apart')
  const [x, z] = [g.input('x', 'float32', [2]), g.input('z', 'float32', [3])]
  const loss = g.add('ReduceSum', [x], { as: 'loss', attributes: { keepdims: int(0) } })
  const { graph, gradients } = gradient(g.build([loss, g.add('Neg', [z])]), 'loss', ['x', 'z'])
  expect(graph.types.get(gradients[1]!)).toEqual({ type: 'float32', shape: [3] })
})

test.each<[string, (g: GraphBuilder, x: Value) => Value, RegExp]>([
  [
    'a scatter that multiplies',
    (g, x) =>
      g.add('ScatterElements', [x, indices(g, [0, 1], [2, 1]), x], {
        as: 'odd',
        attributes: { axis: int(1), reduction: text('mul') },
      }),
    /node "odd".*reduction mul has no gradient rule/,
  ],
  [
    'indices into two axes',
    (g, x) => g.add('ScatterND', [x, indices(g, [0, 0], [1, 2]), g.constant('float32', [1])], { as: 'odd' }),
    /node "odd".*leading axis only/,
  ],
  ['a maximum of three', (g, x) => g.add('Max', [x, x, x], { as: 'odd' }), /node "odd" \(Max\): 3 inputs/],
])('%s is refused by name, not differentiated wrongly', (_, build, message) => {
  const differentiate = (): void => {
    const g = new GraphBuilder('odd')
    const y = build(g, g.input('x', 'float32', [2, 1]))
    gradient(g.build([g.add('ReduceSum', [y], { as: 'loss', attributes: { keepdims: int(0) } })]), 'loss', ['x'])
  }
  expect(differentiate).toThrow(message)
})
