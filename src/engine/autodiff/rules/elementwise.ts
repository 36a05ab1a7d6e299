import type { Value } from '../../onnx/builder.ts'
import { int } from '../../onnx/builder.ts'
import { GraphError } from '../../onnx/graph.ts'
import { where } from '../../onnx/ops/op-use.ts'
import { compared, indicator, only, times } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

/**
 * max and min of any number of values: the gradient goes to the winner, in equal parts where several tie (the subgradient
 * PyTorch takes).
 */
const extremum =
  (wins: 'Greater' | 'Less'): GradientRule =>
  (use) => {
    const { g, x, y, dy } = use
    if (x.length === 1) return [dy[0]!]
    if (x.length > 2) return shared(use)
    const share = (p: Value, q: Value): Value => {
      const tie = g.add('Mul', [indicator(g, g.add('Equal', [p, q]), p), g.scalar(0.5, y[0]!)])
      return g.add('Mul', [dy[0]!, g.add('Add', [indicator(g, g.add(wins, [p, q]), p), tie])])
    }
    return [share(x[0]!, x[1]!), share(x[1]!, x[0]!)]
  }

/** dy in equal parts to every input that equals the output. */
function shared({ g, x, y: [y], dy: [dy] }: RuleUse): Value[] {
  const hits = x.map((one) => indicator(g, g.add('Equal', [one, y!]), one))
  const part = g.add('Div', [dy!, g.add('Sum', hits)])
  return hits.map((hit) => g.add('Mul', [part, hit]))
}

/** d(a^b) = b·a^(b−1) da + a^b·ln a db, with 0·ln 0 = 0. */
function pow({ g, x: [a, given], y: [y], dy: [dy], wants, constant }: RuleUse): (Value | null)[] {
  const b = inTypeOf(a!, given!)
  const slope = (): Value => {
    const power = g.add('Mul', [b, g.add('Pow', [a!, g.add('Sub', [b, g.scalar(1, b)])])])
    // A zero exponent: 0·a⁻¹ has no value at a = 0, and the derivative is 0.
    return constant(1)?.every((exponent) => exponent !== 0) === true
      ? power
      : g.add('Where', [compared(g, b, ['Equal', 0]), g.scalar(0, b), power])
  }
  const growth = (): Value => only(g, compared(g, a!, ['Greater', 0]), g.add('Mul', [y!, g.add('Log', [positive(a!)])]))
  const positive = (base: Value): Value => g.add('Where', [compared(g, base, ['Greater', 0]), base, g.scalar(1, base)])
  function inTypeOf(like: Value, value: Value): Value {
    return value.type === like.type ? value : g.add('CastLike', [value, like])
  }
  return [wants(0) ? g.add('Mul', [dy!, slope()]) : null, wants(1) ? g.add('Mul', [dy!, growth()]) : null]
}

/** Between floating-point types; a cast from integers is where a gradient ends. */
const cast: GradientRule = (use) => {
  const [x, dy] = [use.x[0]!, use.dy[0]!]
  return x.type === 'float32' || x.type === 'float64'
    ? [use.g.add('Cast', [dy], { attributes: { to: int(x.type === 'float32' ? 1 : 11) } })]
    : [null]
}

/** y = min(max(x, low), high): to x where it is within, else to the bound that holds it. */
function clip({ g, x: [x, low, high], dy: [dy], wants }: RuleUse): (Value | null)[] {
  const raised = low === undefined ? x! : g.add('Max', [x!, low])
  const under = low === undefined ? undefined : g.add('Less', [x!, low])
  const over = high === undefined ? undefined : g.add('Greater', [raised, high])
  const outside = under === undefined || over === undefined ? (under ?? over) : g.add('Or', [under, over])
  const inside = outside === undefined ? dy! : g.add('Where', [outside, g.scalar(0, dy!), dy!])
  const bounded = (): Value => (over === undefined ? dy! : g.add('Where', [over, g.scalar(0, dy!), dy!]))
  return [
    inside,
    wants(1) && under !== undefined ? only(g, under, bounded()) : null,
    wants(2) && over !== undefined ? only(g, over, dy!) : null,
  ]
}

/** Dropout as exported for inference is the identity; trained with, it is not a function of its inputs. */
function dropout(use: RuleUse): (Value | null)[] {
  if (use.x[2] !== undefined && use.constant(2)?.[0] !== 0)
    throw new GraphError(`${where(use)}: dropout in training mode is random; export the model in evaluation mode`)
  return [use.dy[0]!]
}

export const elementwise = {
  Add: ({ dy: [dy] }) => [dy!, dy!],
  Sub: ({ g, dy: [dy] }) => [dy!, g.add('Neg', [dy!])],
  Mul: ({ g, x: [a, b], dy: [dy], wants }) => [
    wants(0) ? g.add('Mul', [dy!, b!]) : null,
    wants(1) ? g.add('Mul', [dy!, a!]) : null,
  ],
  Div: ({ g, x: [, b], y: [y], dy: [dy], wants }) => {
    const da = g.add('Div', [dy!, b!])
    return [da, wants(1) ? g.add('Neg', [g.add('Mul', [da, y!])]) : null]
  },
  Pow: pow,
  /** a mod b = a − b·q with q flat: db = −q·dy, q = (a − y)/b, a whole number. */
  Mod: ({ g, x: [a, b], y: [y], dy: [dy], wants }) => {
    const quotient = (): Value => g.add('Round', [g.add('Div', [g.add('Sub', [a!, y!]), b!])])
    return [dy!, wants(1) ? g.add('Neg', [g.add('Mul', [dy!, quotient()])]) : null]
  },
  Max: extremum('Greater'),
  Min: extremum('Less'),
  Sum: ({ x, dy: [dy] }) => x.map(() => dy!),
  Mean: ({ g, x, dy: [dy] }) => {
    const part = times(g, 1 / x.length, dy!)
    return x.map(() => part)
  },
  Where: ({ g, x: [c], dy: [dy], wants }) => [
    null,
    wants(1) ? g.add('Where', [c!, dy!, g.scalar(0, dy!)]) : null,
    wants(2) ? g.add('Where', [c!, g.scalar(0, dy!), dy!]) : null,
  ],
  Clip: clip,
  Cast: cast,
  CastLike: (use) => [...(cast as (use: RuleUse) => (Value | null)[])(use), flatLike(use)],
  Dropout: dropout,
} satisfies Record<string, GradientRule>

/** Of the value that only gives its type: nothing changes with it. */
const flatLike = ({ g, x: [, like], wants }: RuleUse): Value | null =>
  wants(1) ? g.add('Expand', [g.scalar(0, like!), g.ints(like!.shape)]) : null
