import type { Op } from '../../../../src/engine/onnx/ops.ts'
import { int } from '../../../../src/engine/onnx/builder.ts'
import type { Case } from './case.ts'
import { dice, having, upTo } from './case.ts'

type Given = Parameters<typeof having>[0]
const unary = (op: Op, values: Case['values'] = 'normal', attributes: Given = {}): Case => ({
  op,
  title: `${op} ${JSON.stringify(attributes)}`,
  shapes: [[2, 3, 2]],
  values,
  build: (g, [x]) => g.add(op, [x!], having(attributes)),
})

/** Two shapes that broadcast: of a random whole, each side lacks leading axes and has ones at random. */
function pair(seed: number): [number[], number[]] {
  const roll = dice(seed)
  const whole = upTo(roll(1, 4)).map(() => roll(1, 3))
  const side = (): number[] => whole.slice(roll(0, whole.length)).map((size) => (roll(0, 2) === 0 ? 1 : size))
  return [side(), side()]
}

const binary = (op: Op, values: Case['values'] = 'normal', attributes: Given = {}): Case[] => [
  ...upTo(8).map((seed): Case => {
    const shapes = pair(seed * 31 + op.length)
    const title = `${op} [${shapes[0].join()}] with [${shapes[1].join()}]`
    return { op, title, shapes, values, build: (g, [a, b]) => g.add(op, [a!, b!], having(attributes)) }
  }),
  {
    op,
    title: `${op}, one value on both sides`,
    shapes: [[2, 3]],
    values,
    build: (g, [a]) => g.add(op, [a!, g.add('Mul', [a!, g.scalar(1.5, a!)])], having(attributes)),
  },
]

const several = (op: Op): Case[] => [
  ...[1, 2, 3, 5].map((count): Case => {
    const shapes = upTo(count).map((i) => [[2, 3], [3], [2, 1], [], [1, 3]][i]!)
    return { op, title: `${op} of ${count}, broadcast`, shapes, build: (g, x) => g.add(op, x) }
  }),
]
/** Several that tie have equal parts; finite differences see the same where the parts move together. */
const ties = (op: 'Max' | 'Min'): Case => ({
  op,
  title: `${op}, the same value three times`,
  shapes: [[2, 3]],
  build: (g, [x]) => g.add(op, [x!, x!, x!]),
})

const bounds = (low: boolean, high: boolean): Case => ({
  op: 'Clip',
  title: `Clip${low ? ' from below' : ''}${high ? ' from above' : ''}`,
  shapes: [[3, 4], ...(low ? [[]] : []), ...(high ? [[]] : [])],
  values: [
    [-1.2, -0.4, 0.1, 0.3, 0.9, 2.2, -0.7, 0.6, 1.4, -2, 0.05, 0.45],
    ...(low ? [[-0.5]] : []),
    ...(high ? [[0.8]] : []),
  ],
  build: (g, [x, ...rest]) => g.add('Clip', [x!, low ? rest[0]! : null, high ? rest.at(-1)! : null]),
})

const activations: Case[] = [
  unary('Relu'),
  ...[0.01, 0.3].map((alpha) => unary('LeakyRelu', 'normal', { alpha })),
  unary('LeakyRelu'),
  ...[{}, { alpha: 0.7 }].map((given) => unary('Elu', 'normal', given)),
  ...[{}, { alpha: 1.5, gamma: 0.9 }].map((given) => unary('Selu', 'normal', given)),
  ...[{}, { alpha: 0.6 }].map((given) => unary('Celu', 'normal', given)),
  unary('Mish'),
  ...[{}, { alpha: 0.4, beta: 0.3 }].map((given) => unary('HardSigmoid', 'normal', given)),
  { ...unary('HardSwish'), values: [[-4, -3.2, -2.8, -1, -0.2, 0.1, 0.9, 1.8, 2.9, 3.1, 4, 0.5]] },
  unary('Softplus'),
  unary('Softsign'),
  ...[{}, { alpha: 0.3 }].map((given) => unary('ThresholdedRelu', 'normal', given)),
  ...[{}, { lambd: 0.3, bias: 0.2 }].map((given) => unary('Shrink', 'normal', given)),
  unary('Sigmoid'),
  unary('Tanh'),
  unary('Erf'),
  unary('Gelu'),
  unary('Gelu', 'normal', { approximate: 'tanh' }),
  ...[[2, 3, 2], [3, 1], [2], [1]].map((slope): Case => ({
    op: 'PRelu',
    title: `PRelu, slope [${slope.join()}]`,
    shapes: [[2, 3, 2], slope],
    build: (g, [x, s]) => g.add('PRelu', [x!, s!]),
  })),
]

const functions: Case[] = [
  ...(['Neg', 'Identity', 'Exp', 'Abs', 'Sin', 'Cos', 'Atan', 'Sinh', 'Cosh', 'Asinh'] as const).map((op) => unary(op)),
  ...(['Log', 'Sqrt', 'Reciprocal'] as const).map((op) => unary(op, 'positive')),
  ...(['Tan', 'Asin', 'Acos', 'Atanh'] as const).map((op) => unary(op, 'unit')),
  { ...unary('Acosh'), values: [[1.2, 1.5, 2, 3, 1.1, 4, 1.7, 2.5, 5, 1.3, 6, 2.2]] },
]

const others: Case[] = [
  {
    op: 'Pow',
    title: 'Pow, constant exponents at negative and zero bases',
    shapes: [[2, 3]],
    values: [[-1.5, 0, 0.7, -0.3, 0, 2]],
    build: (g, [x]) => g.add('Pow', [x!, g.constant(x!.type, [2, 3, 0.5, 3, 2, -1], [2, 3])]),
  },
  {
    op: 'Pow',
    title: 'Pow, exponent zero at base zero',
    shapes: [[3]],
    values: [[0, -1, 2]],
    build: (g, [x]) => g.add('Pow', [x!, g.constant(x!.type, [0, 0, 0])]),
  },
  {
    op: 'Pow',
    title: 'Pow, whole exponents',
    shapes: [[2, 3]],
    build: (g, [x]) => g.add('Pow', [x!, g.constant('int64', [3], [])]),
  },
  {
    op: 'Mod',
    title: 'Mod of real numbers, broadcast',
    shapes: [[2, 3], [3]],
    values: [
      [5.3, -4.1, 2.2, 7.9, 3.3, -1.4],
      [1.1, 1.7, 2.3],
    ],
    build: (g, [a, b]) => g.add('Mod', [a!, b!], having({ fmod: 1 })),
  },
  ...[[2, 3], [3], [1]].map((shape): Case => ({
    op: 'Where',
    title: `Where, condition [${shape.join()}]`,
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (g, [a, b]) =>
      g.add('Where', [
        g.constant(
          'bool',
          upTo(shape.reduce((p, q) => p * q)).map((i) => i % 2),
          shape,
        ),
        a!,
        b!,
      ]),
  })),
  {
    op: 'Cast',
    title: 'Cast to the other precision and back',
    shapes: [[2, 2]],
    build: (g, [x]) => {
      const [there, back] = x!.type === 'float32' ? [11, 1] : [1, 11]
      return g.add('Cast', [g.add('Cast', [x!], { attributes: { to: int(there) } })], { attributes: { to: int(back) } })
    },
  },
  {
    op: 'CastLike',
    title: 'CastLike, of its own type and of whole numbers',
    shapes: [[2, 2], [1]],
    build: (g, [x, like]) =>
      g.add('Mul', [
        g.add('CastLike', [x!, like!]),
        g.add('CastLike', [g.constant('int64', [1, 2, 3, 4], [2, 2]), x!]),
      ]),
  },
  {
    op: 'Dropout',
    title: 'Dropout in inference',
    shapes: [[2, 3]],
    build: (g, [x]) => g.add('Dropout', [x!, g.scalar(0.5, x!), g.constant('bool', [0], [])]),
  },
  bounds(true, true),
  bounds(true, false),
  bounds(false, true),
  bounds(false, false),
  ties('Max'),
  ties('Min'),
]

export const elementwise: readonly Case[] = [
  ...activations,
  ...functions,
  ...binary('Add'),
  ...binary('Sub'),
  ...binary('Mul'),
  ...binary('Div', 'positive'),
  ...binary('Pow', 'positive'),
  ...several('Max'),
  ...several('Min'),
  ...several('Sum'),
  ...several('Mean'),
  ...others,
]
