import { minusFrom, plus, square } from '../arithmetic.ts'
import { unary } from './activations.ts'
import type { GradientRule } from '../rule.ts'

/** Functions of one number from the analysis book. */
export const functions = {
  Neg: ({ g, dy: [dy] }) => [g.add('Neg', [dy!])],
  Identity: ({ dy: [dy] }) => [dy!],
  Exp: unary((_, __, y) => y),
  Log: ({ g, x: [x], dy: [dy] }) => [g.add('Div', [dy!, x!])],
  Sqrt: ({ g, y: [y], dy: [dy] }) => [g.add('Div', [g.add('Mul', [dy!, g.scalar(0.5, y!)]), y!])],
  Reciprocal: unary(({ g }, _, y) => g.add('Neg', [g.add('Mul', [y, y])])),
  Abs: unary(({ g }, x) => g.add('Sign', [x])),
  Sin: unary(({ g }, x) => g.add('Cos', [x])),
  Cos: unary(({ g }, x) => g.add('Neg', [g.add('Sin', [x])])),
  Tan: unary(({ g }, _, y) => plus(g, square(g, y), 1)),
  Asin: unary(({ g }, x) => g.add('Reciprocal', [g.add('Sqrt', [minusFrom(g, 1, square(g, x))])])),
  Acos: unary(({ g }, x) => g.add('Neg', [g.add('Reciprocal', [g.add('Sqrt', [minusFrom(g, 1, square(g, x))])])])),
  Atan: unary(({ g }, x) => g.add('Reciprocal', [plus(g, square(g, x), 1)])),
  Sinh: unary(({ g }, x) => g.add('Cosh', [x])),
  Cosh: unary(({ g }, x) => g.add('Sinh', [x])),
  Asinh: unary(({ g }, x) => g.add('Reciprocal', [g.add('Sqrt', [plus(g, square(g, x), 1)])])),
  Acosh: unary(({ g }, x) => g.add('Reciprocal', [g.add('Sqrt', [plus(g, square(g, x), -1)])])),
  Atanh: unary(({ g }, x) => g.add('Reciprocal', [minusFrom(g, 1, square(g, x))])),
} satisfies Record<string, GradientRule>
