import { intAttribute, intsAttribute } from '../ops.ts'
import type { Rewrite, Rewriting } from './modern-node.ts'
import { changed, without } from './modern-node.ts'

/** `auto_pad` of convolutions and pooling as the `pads` it stands for, where the shapes are known. */
const explicitPads: Rewrite = (use) => {
  const { node, typeOf } = use
  const mode = node.attributes['auto_pad']
  if (mode === undefined || !('string' in mode)) return undefined
  const attributes = without(node.attributes, 'auto_pad', 'pads')
  const pads = intsAttribute(node.attributes, 'pads')
  if (mode.string === 'NOTSET')
    return [changed(node, { attributes: pads === undefined ? attributes : { ...attributes, pads: { ints: pads } } })]
  if (mode.string === 'VALID') return [changed(node, { attributes })]
  const sizes = typeOf(0)?.shape.slice(2)
  const kernel = intsAttribute(attributes, 'kernel_shape') ?? typeOf(1)?.shape.slice(2)
  if (sizes === undefined || kernel === undefined) return undefined
  return [changed(node, { attributes: { ...attributes, pads: { ints: samePads(use, sizes, kernel) } } })]
}

/** Output size = ⌈input / stride⌉; what is odd goes to the end (SAME_UPPER) or the beginning (SAME_LOWER). */
function samePads({ node }: Rewriting, sizes: readonly number[], kernel: readonly number[]): number[] {
  const upper = JSON.stringify(node.attributes['auto_pad']).includes('UPPER')
  const strides = intsAttribute(node.attributes, 'strides')
  const dilations = intsAttribute(node.attributes, 'dilations')
  const totals = sizes.map((size, i) => {
    const stride = strides?.[i] ?? 1
    const reach = ((kernel[i] ?? 1) - 1) * (dilations?.[i] ?? 1) + 1
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size)
  })
  const begins = totals.map((total) => (upper ? Math.floor(total / 2) : Math.ceil(total / 2)))
  return [...begins, ...totals.map((total, i) => total - begins[i]!)]
}

/** With `ceil_mode`, padding and what is counted interact: such a node is left to the runtime. */
const pooling: Rewrite = (use) =>
  intAttribute(use.node.attributes, 'ceil_mode', 0) === 1 ? undefined : explicitPads(use)

export const rewritesOfWindows: Readonly<Record<string, Rewrite>> = {
  Conv: explicitPads,
  ConvInteger: explicitPads,
  MaxPool: pooling,
  AveragePool: pooling,
  LpPool: pooling,
}
