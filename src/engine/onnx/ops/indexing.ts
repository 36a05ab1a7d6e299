import { GraphError } from '../graph.ts'
import type { ShapeRule } from './op-use.ts'
import { axisIn, constants, input, intAttribute, same, shown, where } from './op-use.ts'

/** Operators that read or write at computed places. */
export const indexing = {
  Gather: (use) => {
    const [x, at] = [input(use, 0), input(use, 1)]
    const axis = axisIn(use, intAttribute(use.attributes, 'axis', 0), x.shape.length)
    const beyond = use.constant(1)?.find((i) => i < -x.shape[axis]! || i >= x.shape[axis]!)
    if (beyond !== undefined) throw new GraphError(`${where(use)}: element ${beyond} of an axis of ${x.shape[axis]!}`)
    return [{ type: x.type, shape: [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)] }]
  },
  GatherElements: (use) => {
    if (input(use, 0).shape.length !== input(use, 1).shape.length)
      throw new GraphError(`${where(use)}: ${shown(input(use, 1).shape)} indices into ${shown(input(use, 0).shape)}`)
    return [{ type: input(use, 0).type, shape: input(use, 1).shape }]
  },
  GatherND: (use) => {
    const [x, at] = [input(use, 0), input(use, 1)]
    const depth = at.shape.at(-1) ?? 0
    const batch = intAttribute(use.attributes, 'batch_dims', 0)
    if (depth < 1 || depth + batch > x.shape.length)
      throw new GraphError(`${where(use)}: indices ${shown(at.shape)} do not fit ${shown(x.shape)}`)
    return [{ type: x.type, shape: [...at.shape.slice(0, -1), ...x.shape.slice(batch + depth)] }]
  },
  ScatterElements: same,
  ScatterND: same,
  TopK: (use) => {
    const { type, shape } = input(use, 0)
    const axis = axisIn(use, intAttribute(use.attributes, 'axis', -1), shape.length)
    const count = constants(use, 1, 'k')[0]!
    if (count > shape[axis]!) throw new GraphError(`${where(use)}: the ${count} largest of ${shape[axis]!} elements`)
    const found = shape.with(axis, count)
    return [
      { type, shape: found },
      { type: 'int64' as const, shape: found },
    ].slice(0, use.outputCount)
  },
  OneHot: (use) => {
    const { shape } = input(use, 0)
    const axis = axisIn(use, intAttribute(use.attributes, 'axis', -1), shape.length + 1)
    return [{ type: input(use, 2).type, shape: shape.toSpliced(axis, 0, constants(use, 1, 'the depth')[0]!) }]
  },
} satisfies Record<string, ShapeRule>
