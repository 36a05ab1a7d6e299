import type { Value } from '../../onnx/builder.ts'
import { int, text } from '../../onnx/builder.ts'
import type { Attributes } from '../../onnx/graph.ts'
import { sizeOf } from '../../onnx/graph.ts'
import { axisIn, intAttribute, textAttribute } from '../../onnx/ops/op-use.ts'
import { compared, indicator, only, product, zeros } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

/** How a scatter writes, and how the same places are read. */
interface Places {
  write(base: Value, updates: Value, reduction: string): Value
  read(from: Value): Value
}

/** Gradients of x and of the updates, by how the operator puts them together. */
function scattered(use: RuleUse, places: Places): (Value | null)[] {
  const [dx, du] = reductions[textAttribute(use.attributes, 'reduction', 'none')]!(use, places)
  return [use.wants(0) ? dx() : null, null, use.wants(2) ? du() : null]
}
type Rule = (use: RuleUse, places: Places) => [dx: () => Value, du: () => Value]

const reductions: Readonly<Record<string, Rule>> = {
  /** What was overwritten gets nothing. */
  none: ({ g, x: [, , updates], dy: [dy] }, { write, read }) => [
    () => write(dy!, zeros(g, dy!, updates!.shape), 'none'),
    () => read(dy!),
  ],
  add: ({ dy: [dy] }, { read }) => [() => dy!, () => read(dy!)],
  mul: times,
  max: extreme,
  min: extreme,
}

/**
 * y = x·Πu. For the updates the product of all the others, zeros or not: it goes over what is not zero, and counts where the
 * target has as many zeros among its updates as the element itself brings.
 */
function times({ g, x: [x, , updates], dy: [dy] }: RuleUse, { write, read }: Places): [() => Value, () => Value] {
  const u = updates!
  const ones = (): Value => g.add('Expand', [g.scalar(1, x!), g.ints(x!.shape)])
  return [
    () => g.add('Mul', [dy!, write(ones(), u, 'mul')]),
    () => {
      const zero = compared(g, u, ['Equal', 0])
      const isZero = indicator(g, zero, u)
      const filled = g.add('Where', [zero, g.scalar(1, u), u])
      const others = g.add('Div', [read(write(x!, filled, 'mul')), filled])
      const count = read(write(zeros(g, x!, x!.shape), isZero, 'add'))
      return product(g, read(dy!), only(g, g.add('Equal', [count, isZero]), others))
    },
  ]
}

/** Largest or smallest of x and its updates: in equal parts to all that tie. */
function extreme(
  { g, x: [x, , updates], y: [y], dy: [dy] }: RuleUse,
  { write, read }: Places,
): [() => Value, () => Value] {
  const kept = indicator(g, g.add('Equal', [x!, y!]), x!)
  const hits = indicator(g, g.add('Equal', [updates!, read(y!)]), updates!)
  const part = g.add('Div', [dy!, write(kept, hits, 'add')])
  return [() => g.add('Mul', [part, kept]), () => g.add('Mul', [read(part), hits])]
}

/** Index tuples over the leading axis only ([n, 1]) read rows, others elements or blocks. */
function placesND({ g, x: [, at, updates] }: RuleUse): Places {
  const rows = (from: Value): Value =>
    g.add('Reshape', [
      g.add('Gather', [from, g.add('Reshape', [at!, g.ints([sizeOf(at!.shape)])])], { attributes: { axis: int(0) } }),
      g.ints(updates!.shape),
    ])
  return {
    write: (base, values, reduction) => g.add('ScatterND', [base, at!, values], { attributes: by(reduction) }),
    read: (from) => (at!.shape.at(-1) === 1 ? rows(from) : g.add('GatherND', [from, at!])),
  }
}
const by = (reduction: string): Attributes => (reduction === 'none' ? {} : { reduction: text(reduction) })

export const scatter = {
  ScatterElements: (use) => {
    const {
      g,
      x: [x, at],
    } = use
    const axis = int(axisIn(use, intAttribute(use.attributes, 'axis', 0), x!.shape.length))
    return scattered(use, {
      write: (base, values, reduction) =>
        g.add('ScatterElements', [base, at!, values], { attributes: { axis, ...by(reduction) } }),
      read: (from) => g.add('GatherElements', [from, at!], { attributes: { axis } }),
    })
  },
  ScatterND: (use) => scattered(use, placesND(use)),
} satisfies Record<string, GradientRule>
