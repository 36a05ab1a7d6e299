import type { ValueType } from '../graph.ts'
import type { OpUse, ShapeRule } from './op-use.ts'
import { input } from './op-use.ts'
import { poolingWindows } from './window.ts'

function pooled(use: OpUse): ValueType {
  const { type, shape } = input(use, 0)
  return { type, shape: [...shape.slice(0, 2), ...poolingWindows(use).map(({ places }) => places)] }
}
const global: ShapeRule = (use) => {
  const { type, shape } = input(use, 0)
  return [{ type, shape: shape.map((size, i) => (i < 2 ? size : 1)) }]
}

/** Poolings over one to three spatial axes, [N, C, …]. */
export const pooling = {
  MaxPool: (use) => {
    const y = pooled(use)
    return [y, { type: 'int64' as const, shape: y.shape }].slice(0, use.outputCount)
  },
  AveragePool: (use) => [pooled(use)],
  LpPool: (use) => [pooled(use)],
  GlobalAveragePool: global,
  GlobalMaxPool: global,
  GlobalLpPool: global,
} satisfies Record<string, ShapeRule>
