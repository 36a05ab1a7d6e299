import { axisOf } from '../../onnx/broadcast.ts'
import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { int, ints, text } from '../../onnx/builder.ts'
import { GraphError, sizeOf, type Attributes } from '../../onnx/graph.ts'
import { intAttribute } from '../../onnx/ops.ts'
import type { GradientRule } from '../rule.ts'

const zeros = (g: GraphBuilder, like: Value): Value => g.add('Expand', [g.scalar(0, like), g.ints(like.shape)])

/** The leading axis put back at `axis`. */
function fromFront(g: GraphBuilder, value: Value, axis: number): Value {
  const perm = value.shape.map((_, i) => (i < axis ? i + 1 : i === axis ? 0 : i))
  return axis === 0 ? value : g.add('Transpose', [value], { attributes: { perm: ints(perm) } })
}

/** Whether a scatter adds to what is there. Throws for the other reductions, whose gradients are not written. */
function addsUp(attributes: Attributes, name: string): boolean {
  const mode = attributes['reduction']
  const reduction = mode !== undefined && 'string' in mode ? mode.string : 'none'
  if (reduction !== 'none' && reduction !== 'add')
    throw new GraphError(`node "${name}": a scatter with reduction ${reduction} has no gradient rule`)
  return reduction === 'add'
}

export const indexing = {
  /** Rows taken several times add up: ScatterND with reduction add over the leading axis. */
  Gather: ({ g, x: [x, at], dy: [dy], attributes }) => {
    const axis = axisOf(intAttribute(attributes, 'axis', 0), x!.shape.length)
    const [indexRank, count] = [at!.shape.length, sizeOf(at!.shape)]
    // dy is [before…, index…, after…]; bring the index axes to the front and flatten them.
    const rank = dy!.shape.length
    const order = [
      ...Array.from({ length: indexRank }, (_, i) => axis + i),
      ...Array.from({ length: rank }, (_, i) => i).filter((i) => i < axis || i >= axis + indexRank),
    ]
    const rows = axis === 0 ? dy! : g.add('Transpose', [dy!], { attributes: { perm: ints(order) } })
    const rest = x!.shape.filter((_, i) => i !== axis)
    const updates = g.add('Reshape', [rows, g.ints([count, ...rest])])
    const base = g.add('Expand', [g.scalar(0, x!), g.ints([x!.shape[axis]!, ...rest])])
    const spread = g.add('ScatterND', [base, g.add('Reshape', [at!, g.ints([count, 1])]), updates], {
      attributes: { reduction: text('add') },
    })
    return [fromFront(g, spread, axis), null]
  },
  GatherElements: ({ g, x: [x, at], dy: [dy], attributes }) => {
    const axis = axisOf(intAttribute(attributes, 'axis', 0), x!.shape.length)
    return [
      g.add('ScatterElements', [zeros(g, x!), at!, dy!], { attributes: { axis: int(axis), reduction: text('add') } }),
      null,
    ]
  },
  /** Without reduction: what was overwritten gets nothing; with `add`: both get all. */
  ScatterElements: ({ g, x: [x, at, updates], dy: [dy], attributes, name }) => {
    const axis = int(axisOf(intAttribute(attributes, 'axis', 0), x!.shape.length))
    const adds = addsUp(attributes, name)
    const cleared = g.add('ScatterElements', [dy!, at!, g.add('Expand', [g.scalar(0, dy!), g.ints(updates!.shape)])], {
      attributes: { axis },
    })
    return [adds ? dy! : cleared, null, g.add('GatherElements', [dy!, at!], { attributes: { axis } })]
  },
  /** Index tuples over the leading axis only ([n, 1]), which is all the engine emits. */
  ScatterND: ({ g, x: [, at, updates], dy: [dy], attributes, name }) => {
    if (at!.shape.at(-1) !== 1)
      throw new GraphError(`node "${name}": ScatterND is differentiated for indices into the leading axis only, [n, 1]`)
    const adds = addsUp(attributes, name)
    const rows = g.add('Gather', [dy!, g.add('Reshape', [at!, g.ints([sizeOf(at!.shape)])])], {
      attributes: { axis: int(0) },
    })
    const cleared = g.add('ScatterND', [dy!, at!, g.add('Expand', [g.scalar(0, dy!), g.ints(updates!.shape)])])
    return [adds ? dy! : cleared, null, g.add('Reshape', [rows, g.ints(updates!.shape)])]
  },
} satisfies Record<string, GradientRule>
