import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { axesIn, textAttribute } from '../../onnx/ops/op-use.ts'
import { padsOf } from '../../onnx/ops/movement.ts'
import { summedAway, transposed, upTo } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'
import { gatheredBack } from './indexing.ts'
import { resizeWeights } from './resize-weights.ts'

/** Which element of an axis of n an index outside of it stands for, by mode of Pad. */
const folded: Readonly<Record<string, (at: number, n: number) => number>> = {
  edge: (at, n) => Math.min(Math.max(at, 0), n - 1),
  wrap: (at, n) => ((at % n) + n) % n,
  reflect: (at, n) => {
    const period = Math.max(1, 2 * (n - 1))
    const within = ((at % period) + period) % period
    return within < n ? within : period - within
  },
}

/** Zeros or a given number around x: dy without the rim, and the rim's sum for the number. */
function padConstant(use: RuleUse): (Value | null)[] {
  const { g, x, dy, wants } = use
  const pads = padsOf(use)
  // Taking away what was added, and giving back zeros for what was taken away.
  const undo = [...pads.map(({ begin }) => -begin), ...pads.map(({ end }) => -end)]
  const dx = g.add('Pad', [dy[0]!, g.ints(undo)])
  const everything = (value: Value): Value => summedAway(g, value, upTo(value.shape.length))
  const rim = (): Value => g.add('Sub', [everything(dy[0]!), everything(dx)])
  const fill = x[2]
  return [dx, null, fill !== undefined && wants(2) ? rim() : null]
}

/** Copies of elements around x: axis by axis, rows go back to where they were copied from. */
function padCopies(use: RuleUse, mode: string): Value {
  const { g, x, dy } = use
  return padsOf(use).reduce((value, { begin, end }, axis) => {
    if (begin === 0 && end === 0) return value
    const size = x[0]!.shape[axis]!
    const at = upTo(size + begin + end).map((i) => folded[mode]!(i - begin, size))
    return gatheredBack(g, { dy: value, at: g.ints(at), axis, size })
  }, dy[0]!)
}

/** Multiplies along one axis by a matrix [axis, new]. */
function alongAxis(g: GraphBuilder, value: Value, { matrix, axis }: { matrix: Value; axis: number }): Value {
  const last = value.shape.length - 1
  const order = upTo(last + 1).filter((i) => i !== axis)
  const moved = axis === last ? value : transposed(g, value, [...order, axis])
  const multiplied = g.add('MatMul', [moved, matrix])
  return axis === last
    ? multiplied
    : transposed(
        g,
        multiplied,
        upTo(last + 1).map((i) => (i === axis ? last : i < axis ? i : i - 1)),
      )
}

/** Resize is linear and goes axis by axis, y = W x: dx = Wᵀ dy. */
function resize(use: RuleUse): Value {
  const { g, x, dy } = use
  return resizeWeights(use).reduce((value, weights, axis) => {
    if (weights === undefined) return value
    const [to, from] = [value.shape[axis]!, x[0]!.shape[axis]!]
    return alongAxis(g, value, { matrix: g.constant(value.type, weights, [to, from]), axis })
  }, dy[0]!)
}

export const resampling = {
  Pad: (use) => {
    const mode = textAttribute(use.attributes, 'mode', 'constant')
    if (use.x[3] !== undefined) axesIn(use, use.constant(3) ?? [], use.x[0]!.shape.length)
    return mode === 'constant' ? padConstant(use) : [padCopies(use, mode)]
  },
  Resize: (use) => [resize(use)],
} satisfies Record<string, GradientRule>
