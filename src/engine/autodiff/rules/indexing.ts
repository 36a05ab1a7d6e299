import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int, ints, text } from '../../onnx/builder.ts'
import { sizeOf } from '../../onnx/graph.ts'
import { axisIn, intAttribute } from '../../onnx/ops/op-use.ts'
import { upTo, zeros } from '../arithmetic.ts'
import type { GradientRule } from '../rule.ts'

/** The leading axis put back at `axis`. */
function fromFront(g: GraphBuilder, value: Value, axis: number): Value {
  const perm = value.shape.map((_, i) => (i < axis ? i + 1 : i === axis ? 0 : i))
  return axis === 0 ? value : g.add('Transpose', [value], { attributes: { perm: ints(perm) } })
}

/** Scatters want int64, gathers take int32 too. */
const asInt64 = (g: GraphBuilder, at: Value): Value =>
  at.type === 'int64' ? at : g.add('Cast', [at], { attributes: { to: int(7) } })

interface Gathered {
  readonly dy: Value
  /** Indices that were gathered, of any shape. */
  readonly at: Value
  readonly axis: number
  /** Elements of the axis gathered from. */
  readonly size: number
}

/** Rows taken several times add up: ScatterND with reduction add over the leading axis. */
export function gatheredBack(g: GraphBuilder, { dy, at, axis, size }: Gathered): Value {
  const [indexRank, count] = [at.shape.length, sizeOf(at.shape)]
  // dy is [before…, index…, after…]; bring the index axes to the front and flatten them.
  const rank = dy.shape.length
  const order = [
    ...Array.from({ length: indexRank }, (_, i) => axis + i),
    ...upTo(rank).filter((i) => i < axis || i >= axis + indexRank),
  ]
  const rows = axis === 0 ? dy : g.add('Transpose', [dy], { attributes: { perm: ints(order) } })
  const rest = dy.shape.filter((_, i) => i < axis || i >= axis + indexRank)
  const updates = g.add('Reshape', [rows, g.ints([count, ...rest])])
  const base = g.add('Expand', [g.scalar(0, dy), g.ints([size, ...rest])])
  const spread = g.add('ScatterND', [base, g.add('Reshape', [asInt64(g, at), g.ints([count, 1])]), updates], {
    attributes: { reduction: text('add') },
  })
  return fromFront(g, spread, axis)
}

/** Indices with the coordinates of their batch in front, so that no axis is a batch any more: [batch…, …, batch + depth]. */
function withBatch(g: GraphBuilder, at: Value, batch: number): Value {
  if (batch === 0) return at
  const lead = at.shape.slice(0, -1)
  const strides = lead.map((_, i) => sizeOf(lead.slice(i + 1)))
  const coordinates = upTo(sizeOf(lead)).flatMap((flat) =>
    upTo(batch).map((axis) => Math.floor(flat / strides[axis]!) % lead[axis]!),
  )
  return g.add('Concat', [g.constant('int64', coordinates, [...lead, batch]), at], { attributes: { axis: int(-1) } })
}

export const indexing = {
  Gather: (use) => {
    const {
      g,
      x: [x, at],
      dy: [dy],
    } = use
    const axis = axisIn(use, intAttribute(use.attributes, 'axis', 0), x!.shape.length)
    return [gatheredBack(g, { dy: dy!, at: at!, axis, size: x!.shape[axis]! }), null]
  },
  GatherElements: (use) => {
    const {
      g,
      x: [x, at],
      dy: [dy],
    } = use
    const axis = axisIn(use, intAttribute(use.attributes, 'axis', 0), x!.shape.length)
    return [
      g.add('ScatterElements', [zeros(g, x!, x!.shape), at!, dy!], {
        attributes: { axis: int(axis), reduction: text('add') },
      }),
      null,
    ]
  },
  GatherND: ({ g, x: [x, at], dy: [dy], attributes }) => {
    const places = withBatch(g, at!, intAttribute(attributes, 'batch_dims', 0))
    return [g.add('ScatterND', [zeros(g, x!, x!.shape), places, dy!], { attributes: { reduction: text('add') } }), null]
  },
  /** Only the elements picked have a gradient, each its own. */
  TopK: (use) => {
    const {
      g,
      x: [x],
      y: [, at],
      dy: [dy],
    } = use
    const axis = axisIn(use, intAttribute(use.attributes, 'axis', -1), x!.shape.length)
    return [g.add('ScatterElements', [zeros(g, x!, x!.shape), at!, dy!], { attributes: { axis: int(axis) } }), null]
  },
} satisfies Record<string, GradientRule>
