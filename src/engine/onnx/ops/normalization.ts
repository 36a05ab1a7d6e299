import type { ValueType } from '../graph.ts'
import { GraphError } from '../graph.ts'
import type { OpUse, ShapeRule } from './op-use.ts'
import { axisIn, input, intAttribute, same, where } from './op-use.ts'

/** x and one statistic of each row, as often as asked for. */
const withStatistics = (use: OpUse): ValueType[] => {
  const { type, shape } = input(use, 0)
  const axis = axisIn(use, intAttribute(use.attributes, 'axis', -1), shape.length)
  const statistics: ValueType = { type, shape: shape.map((size, i) => (i < axis ? size : 1)) }
  return [{ type, shape }, statistics, statistics].slice(0, use.outputCount)
}

/** Operators that bring their input to a standard scale. */
export const normalization = {
  LayerNormalization: withStatistics,
  SimplifiedLayerNormalization: withStatistics,
  BatchNormalization: (use) => {
    const x = input(use, 0)
    const channels = input(use, 1)
    if (x.shape.length > 1 && channels.shape[0] !== x.shape[1])
      throw new GraphError(`${where(use)}: ${channels.shape[0] ?? 1} scales for ${x.shape[1]!} channels`)
    return [x, channels, channels].slice(0, use.outputCount)
  },
  InstanceNormalization: same,
  GroupNormalization: same,
  LRN: same,
  LpNormalization: same,
  MeanVarianceNormalization: same,
} satisfies Record<string, ShapeRule>
