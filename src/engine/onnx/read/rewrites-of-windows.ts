import { intAttribute, intsAttribute } from '../ops.ts'
import type { ModernNode, Rewrite, Rewriting } from './modern-node.ts'
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
  if (!mode.string.startsWith('SAME_')) return undefined
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

const pooling: Rewrite = (use) =>
  intAttribute(use.node.attributes, 'ceil_mode', 0) === 1 ? withoutCeiling(use) : explicitPads(use)

/**
 * A window that would start in the padding after the end is left out by onnxruntime's kernels and counted by its shape
 * inference, which then refuses the graph. So `ceil_mode` becomes the padding at the end that it stands for. Where that
 * padding would be counted in a mean, only what the windows left out would have read is taken away.
 */
function withoutCeiling({ node, typeOf }: Rewriting): readonly ModernNode[] | undefined {
  const sizes = typeOf(0)?.shape.slice(2)
  const kernel = intsAttribute(node.attributes, 'kernel_shape')
  const auto = node.attributes['auto_pad']
  if (
    sizes === undefined ||
    kernel === undefined ||
    (auto !== undefined && 'string' in auto && auto.string !== 'NOTSET')
  )
    return undefined
  const listed = (name: string, i: number, otherwise: number): number =>
    intsAttribute(node.attributes, name)?.[i] ?? otherwise
  const begins = sizes.map((_, i) => listed('pads', i, 0))
  const axes = sizes.map((size, i) => {
    const [begin, end, stride] = [begins[i]!, listed('pads', i + sizes.length, 0), listed('strides', i, 1)]
    const span = ((kernel[i] ?? 1) - 1) * listed('dilations', i, 1) + 1
    const free = (size + begin + end - span) / stride
    const isLeftOut = Math.ceil(free) * stride >= size + begin
    const last = (Math.ceil(free) - (isLeftOut ? 1 : 0)) * stride
    return { end, read: last + span - size - begin, isLonger: !isLeftOut && !Number.isInteger(free), isLeftOut }
  })
  const isCounted = intAttribute(node.attributes, 'count_include_pad', 0) === 1 && axes.some(({ isLonger }) => isLonger)
  const ends = axes.map(({ end, read, isLonger, isLeftOut }) =>
    isCounted ? (isLeftOut ? Math.max(0, read) : end) : isLonger ? read : end,
  )
  const attributes = {
    ...(isCounted ? node.attributes : without(node.attributes, 'ceil_mode')),
    pads: { ints: [...begins, ...ends] },
  }
  return [changed(node, { attributes })]
}

export const rewritesOfWindows: Readonly<Record<string, Rewrite>> = {
  Conv: explicitPads,
  ConvInteger: explicitPads,
  MaxPool: pooling,
  AveragePool: pooling,
  LpPool: pooling,
}
